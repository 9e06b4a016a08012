"""Stories of workers in the last quarter that ended, left for the visitor to publish. All invented."""

from grievance.cases.resolution import Answer
from grievance.cases.states import Confidentiality, Group, Outcome
from grievance.cli.demo.days import Since, Start, later, on
from grievance.cli.demo.end_acts import AskToClose, Close, Done, Propose, Refer, Verify
from grievance.cli.demo.first_acts import Merge, OpenIdentity, Sort
from grievance.cli.demo.person_acts import AddPhone, AnswerOnWeb, FileOnWeb, LookAtPage, RateOnWeb, Text, WriteOnWeb
from grievance.cli.demo.places import PORT
from grievance.cli.demo.stage import Story
from grievance.cli.demo.work_acts import Acknowledge, Meet, Note, Review, Write
from grievance.deadlines.standards import CaseType, ClockName


def _day(number: int) -> Start:
    return Start(Since.QUARTER, number)


LATE_SALARY = Story(
    "late salary",
    _day(3),
    (
        (on(0, "12:40"), Text("Nos deben el bono de turno desde hace dos meses y nadie da la cara")),
        (on(0, "12:41"), Text("2")),
        (on(1, "09:10"), Sort("celia", CaseType.LABOUR, "pay", 2, handler="fermina", employer="buses")),
        (
            on(1, "10:00"),
            Acknowledge(
                "fermina",
                "Hola, soy Fermina. Pedí a la contratista la planilla del bono. Mañana la reviso con ellos.",
                "Bono de turno impago",
                "Dos meses sin bono de turno en la empresa de buses.",
            ),
        ),
        (on(2, "10:00"), Review("fermina", "Ya hable con la contratista: mañana me entregan la planilla del bono.")),
        (
            on(7, "12:00"),
            Propose(
                "fermina",
                Outcome.UPHELD,
                "El bono se debía. La empresa lo paga este mes a los 18 conductores.",
                (("Pago del bono atrasado a los 18 conductores.", 14),),
            ),
        ),
        (on(7, "12:20"), Text("1")),
        (on(15, "10:00"), Done("fermina", "Liquidaciones de los 18 conductores.")),
        (on(15, "15:00"), Verify("karina")),
        (on(16, "09:00"), Close("fermina", "El bono está pagado. Cerramos el caso. Gracias por avisar.")),
        (on(22, "13:00"), Text("4 4 1")),
    ),
    phone="0111",
)

NO_WATER = Story(
    "no water",
    _day(8),
    (
        (on(0, "05:50"), Text("En el campamento no hay agua en los baños del pabellon B desde el martes")),
        (on(0, "05:52"), Text("1")),
        (on(0, "10:00"), Sort("bruno", CaseType.LABOUR, "camp", 2, handler="elena", area="Camp")),
        (
            on(0, "11:00"),
            Acknowledge(
                "elena",
                "Buenos dias, soy Elena. Voy ahora al pabellon B con mantencion y le cuento.",
                "Sin agua en el pabellón B",
                "Baños sin agua desde el martes.",
            ),
        ),
        (
            on(1, "09:00"),
            Review("elena", "La bomba del pabellon B esta rota. Hoy llega un camion aljibe mientras la cambian."),
        ),
        (
            on(3, "10:00"),
            Propose(
                "elena",
                Outcome.UPHELD,
                "Se rompio una bomba y nadie la reemplazo. Ya hay agua; lamentamos los tres dias.",
                (("Bomba de repuesto en la bodega del campamento.", 14),),
            ),
        ),
        (on(3, "18:00"), Text("1")),
        (on(10, "10:00"), Done("elena", "Bomba de repuesto recibida en bodega, con número de inventario.")),
        (on(11, "10:00"), Verify("karina")),
        (on(11, "11:00"), Close("elena", "Hay agua y una bomba de repuesto. Cerramos el caso.")),
        (on(17, "20:10"), Text("4")),
        (on(17, "20:11"), Text("5")),
        (on(17, "20:12"), Text("1")),
    ),
    phone="0112",
)

NO_WATER_AGAIN = Story(
    "no water again",
    _day(8),
    (
        (on(0, "07:15"), Text("No sale agua en el pabellon B, ni para lavarse las manos. Arreglen por favor")),
        (on(0, "07:16"), Text("2")),
        (on(0, "10:20"), Sort("bruno", CaseType.LABOUR, "camp", 2, handler="elena", area="Camp")),
        (on(0, "11:10"), Merge("elena", "no water", "Otra persona nos avisó de lo mismo: los vemos juntos.")),
        (on(3, "19:20"), Text("1")),
    ),
    phone="0113",
)

GUARD_RAIL = Story(
    "guard rail",
    _day(14),
    (
        (on(0, "16:05"), Text("Falta la baranda en la pasarela del chancador, alguien se va a caer")),
        (on(0, "16:06"), Text("1")),
        (on(0, "16:50"), Sort("celia", CaseType.SAFETY, "safety", 3, handler="fermina", area="Plant")),
        (
            on(0, "17:10"),
            Acknowledge("fermina", "Gracias. La pasarela queda cerrada desde ahora.", "Falta baranda en pasarela"),
        ),
        (on(1, "08:30"), Review("fermina", "La pasarela sigue cerrada; mañana llega la baranda.")),
        (
            on(2, "12:00"),
            Propose(
                "fermina",
                Outcome.UPHELD,
                "La baranda se saco para una mantencion y no se repuso.",
                (("Reponer la baranda antes de abrir la pasarela.", 5),),
            ),
        ),
        (on(2, "12:30"), Text("1")),
        (on(4, "09:00"), Done("fermina", "Baranda repuesta, foto y firma de prevención.")),
        (on(4, "15:00"), Verify("karina")),
        (on(4, "15:30"), AskToClose("fermina")),
        (on(5, "09:00"), Close("karina", "La baranda esta puesta y la pasarela abierta. Gracias por cuidar a todos.")),
        (on(11, "09:00"), Text("5 5 1")),
    ),
    phone="0114",
)

CONTRACTS = Story(
    "contracts",
    _day(17),
    (
        (
            on(0, "22:00"),
            FileOnWeb(
                "En compras piden un porcentaje para adjudicar los fletes. Lo escuché dos veces y puedo contar cuándo. "
                "No quiero que sepan que fui yo.",
                group=Group.DIRECT_WORKER,
                confidentiality=Confidentiality.CONFIDENTIAL,
                category="integrity",
                area="Offices",
                concerns_handlers=True,
            ),
        ),
        (
            on(1, "09:00"),
            Sort("bruno", CaseType.INTEGRITY, "integrity", 3, investigator="julio", about="Área de compras"),
        ),
        (
            on(1, "10:00"),
            Acknowledge(
                "julio", "Lo tenemos. Solo dos personas y yo podemos leer este caso.", "Caso reservado, compras"
            ),
        ),
        (on(1, "23:10"), LookAtPage()),
        (on(3, "10:00"), Review("julio")),
        (
            on(5, "10:00"),
            Write("julio", "¿Nos puede contar en qué semanas fue? No hace falta que diga quién es usted."),
        ),
        (on(6, "22:30"), WriteOnWeb("Fue la segunda semana del mes pasado y otra vez hace diez días.")),
        (
            on(20, "10:00"),
            Note("julio", "Revisadas 14 adjudicaciones. Dos sin respaldo; entrevistas la próxima semana."),
        ),
        (
            on(34, "11:00"),
            Propose(
                "julio",
                Outcome.NOT_ESTABLISHED,
                "No pudimos probar los pagos. Sí encontramos dos compras sin respaldo y cambiamos la regla.",
                (("Toda adjudicación de fletes la firman dos personas de áreas distintas.", 20),),
            ),
        ),
        (on(36, "22:00"), AnswerOnWeb(Answer.PARTLY, "Ojalá alcance. Gracias por cuidarme.")),
        (on(42, "10:00"), Done("julio", "Norma publicada; primeras tres compras con doble firma.")),
        (on(43, "10:00"), Verify("bruno")),
        (on(44, "10:00"), Close("celia", "La regla nueva está en uso. Cerramos el caso; puede reabrirlo.")),
        (on(52, "22:00"), RateOnWeb(5, 3, 2)),
    ),
)

LONG_SHIFT = Story(
    "long shift",
    _day(24),
    (
        (on(0, "19:30"), Text("Nos cambiaron el turno a 14 por 7 sin preguntar. Mi sindicato ya reclamo y nada")),
        (on(0, "19:32"), Text("2")),
        (on(1, "10:00"), Sort("celia", CaseType.LABOUR, "hours", 2, handler="fermina", employer="drilling")),
        (
            on(4, "10:00"),
            Acknowledge(
                "fermina", "Hola. Reviso si el turno tiene autorización y le respondo.", "Cambio de turno 14x7"
            ),
        ),
        (on(5, "10:00"), Review("fermina", "Pedi la resolucion del turno a la contratista. Tienen hasta mañana.")),
        (
            on(9, "10:00"),
            Refer(
                "fermina",
                "Dirección del Trabajo",
                "Un turno de 14 por 7 lo autoriza la Direccion del Trabajo, y no encontramos esa autorizacion. Le "
                "enviamos hoy los antecedentes, sin su nombre. Puede ir tambien usted: atienden sin costo.",
            ),
        ),
        (on(16, "20:00"), Text("4")),
        (on(16, "20:01"), Text("3")),
        (on(16, "20:02"), Text("2")),
    ),
    phone="0115",
)

LOCKER = Story(
    "locker",
    _day(31),
    (
        (on(0, "08:00"), Text("Me abrieron el casillero y se perdio mi parka")),
        (on(0, "08:01"), Text("1")),
        (on(0, "11:00"), Sort("celia", CaseType.LABOUR, "camp", 2, handler="elena", area="Camp")),
        (on(1, "10:00"), Acknowledge("elena", "Lo siento. Hoy reviso con el campamento.", "Casillero abierto")),
        (on(2, "21:00"), Text("RETIRAR")),
        (on(2, "21:01"), Text("1")),
    ),
    phone="0116",
)

ACID_HOSE = Story(
    "acid hose",
    _day(37),
    (
        (on(0, "02:10"), Text("Se rompio una manguera de acido en el muelle, hay dos compañeros con los ojos rojos")),
        (
            on(0, "02:16"),
            Sort("bruno", CaseType.DANGER, "safety", 5, handler="gaspar", area="Port", about_unit="port_operations"),
        ),
        (
            on(0, "02:25"),
            Meet(
                "marta",
                ClockName.ACKNOWLEDGE,
                "Hablé por teléfono con la jefatura de muelle: zona evacuada, dos personas en el policlínico.",
            ),
        ),
        (
            on(0, "02:40"),
            Acknowledge(
                "marta",
                "La zona esta evacuada y los dos compañeros estan atendidos. No se acerquen. Manguera cortada.",
                "Manguera de ácido rota",
                "Dos personas con los ojos irritados, atendidas esa noche.",
            ),
        ),
        (on(0, "06:30"), Meet("marta", ClockName.STABILISE, "Derrame contenido y neutralizado. Zona lavada.")),
        (
            on(0, "09:00"),
            Review("gaspar", "Buenos dias, soy Gaspar. Estuve con sus dos compañeros: estan bien y ya en sus casas."),
        ),
        (
            on(5, "12:00"),
            Propose(
                "gaspar",
                Outcome.UPHELD,
                "La manguera tenia que cambiarse en marzo y no se cambio. Los dos compañeros estan bien.",
                (
                    ("Cambiar todas las mangueras de ácido vencidas.", 5),
                    ("Lavaojos a menos de diez metros de cada punto de carga.", 10),
                ),
            ),
        ),
        (on(5, "13:00"), Text("1")),
        (on(7, "10:00"), Done("gaspar", "Once mangueras cambiadas; actas de prueba.")),
        (on(8, "10:00"), Done("gaspar", "Tres lavaojos instalados y probados.")),
        (on(8, "15:00"), Verify("lautaro")),
        (on(9, "10:00"), Close("lautaro", "Mangueras y lavaojos revisados en terreno. Cerramos el caso.")),
        (on(15, "09:30"), Text("5 4 1")),
    ),
    site=PORT,
    phone="0117",
)

SENT_AWAY = Story(
    "sent away",
    _day(58),
    (
        (
            on(0, "20:15"),
            FileOnWeb(
                "Reclamé por las mangueras y desde entonces no me llaman a los turnos de noche, que pagan más. A los "
                "que se quedaron callados sí los llaman.",
                group=Group.CONTRACTOR_WORKER,
                confidentiality=Confidentiality.CONFIDENTIAL,
                category="retaliation",
                employer="stevedores",
                area="Port",
                name="Persona Imaginada",
            ),
        ),
        (on(0, "20:30"), AddPhone()),
        (
            on(0, "21:00"),
            Sort(
                "dante",
                CaseType.RETALIATION,
                "retaliation",
                4,
                investigator="isidora",
                employer="stevedores",
                about_company="stevedores",
            ),
        ),
        (
            on(1, "09:10"),
            Acknowledge("isidora", "Recibí su reclamo. Nadie de su empresa puede leerlo.", "Caso reservado, muelle"),
        ),
        (on(1, "09:40"), Meet("isidora", ClockName.PROTECT, "Turnos asignados por lista pública, semana a semana.")),
        (on(1, "20:00"), LookAtPage()),
        (on(2, "10:00"), Review("isidora")),
        (
            on(8, "10:00"),
            OpenIdentity(
                "isidora",
                "Para comparar sus turnos de antes y de después tengo que saber de quién son. Usted lo aceptó.",
            ),
        ),
        (on(10, "12:00"), Write("isidora", "Comparé los turnos de tres meses. Le cuento el resultado la otra semana.")),
        (on(10, "19:30"), WriteOnWeb("Gracias. Esta semana me llamaron dos noches.")),
        (on(15, "16:00"), Note("isidora", "De 9 noches al mes a 1 desde el reclamo. Nadie más bajó.")),
    ),
    site=PORT,
    phone="0118",
)

BEDS = Story(
    "beds",
    _day(61),
    (
        (
            on(0, "21:30"),
            FileOnWeb(
                "Dormimos tres en piezas de dos y con el turno cambiado nadie descansa. Que se cumpla el contrato.",
                group=Group.CONTRACTOR_WORKER,
                category="camp",
                area="Camp",
                employer="buses",
                people_count=24,
                shift="rotating",
            ),
        ),
        (on(2, "09:30"), Sort("bruno", CaseType.LABOUR, "camp", 2, handler="elena", employer="buses", area="Camp")),
        (
            on(2, "12:00"),
            Acknowledge("elena", "Gracias. Voy a revisar las piezas con ustedes.", "Tres en piezas de dos"),
        ),
        (
            on(3, "10:00"),
            Review("elena", "Revisé las piezas con el campamento: hay 16 de dos camas con tres personas."),
        ),
        (
            on(12, "10:00"),
            Write("elena", "Faltan 8 camas para cumplir el contrato. Estoy pidiendo que se instalen este mes."),
        ),
        (later(600), WriteOnWeb("Ya pasó un mes. ¿Hay fecha?")),
    ),
)

STORIES = (
    LATE_SALARY,
    NO_WATER,
    NO_WATER_AGAIN,
    GUARD_RAIL,
    CONTRACTS,
    LONG_SHIFT,
    LOCKER,
    ACID_HOSE,
    SENT_AWAY,
    BEDS,
)
