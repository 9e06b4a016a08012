"""Stories of workers and of a supplier in the quarter before the last one, which is published. All invented."""

from grievance.cases.remedies import CorrectiveKind
from grievance.cases.resolution import Answer
from grievance.cases.states import Confidentiality, Group, Outcome
from grievance.cli.demo.days import Since, Start, on
from grievance.cli.demo.end_acts import (
    Close,
    Done,
    Prevent,
    Propose,
    Verify,
)
from grievance.cli.demo.first_acts import Sort
from grievance.cli.demo.person_acts import AnswerOnWeb, FileOnWeb, LookAtPage, RateOnWeb, Text, WriteOnWeb
from grievance.cli.demo.places import PORT
from grievance.cli.demo.stage import Story
from grievance.cli.demo.work_acts import Acknowledge, Meet, Note, Review, Write
from grievance.core.i18n import ENGLISH
from grievance.deadlines.standards import CaseType, ClockName


def _day(number: int) -> Start:
    return Start(Since.QUARTER, number, quarters_before=1)


COLD_FOOD = Story(
    "cold food",
    _day(4),
    (
        (
            on(0, "21:14"),
            Text(
                "Llevamos tres semanas con la comida del casino fria en el turno de noche y ayer cuatro compañeros "
                "terminaron con dolor de guata. Pedimos que alguien revise."
            ),
        ),
        (on(0, "21:17"), Text("2")),
        (
            on(1, "09:20"),
            Sort(
                "celia",
                CaseType.LABOUR,
                "camp",
                2,
                handler="elena",
                employer="kitchen",
                area="Camp",
                about_company="kitchen",
            ),
        ),
        (
            on(1, "11:05"),
            Acknowledge(
                "elena",
                "Buenos dias. Me llamo Elena y estoy a cargo de su caso. Esta semana reviso el comedor del turno de "
                "noche y le cuento lo que encontre.",
                "Comida fría en el turno de noche",
                "Tres semanas de comida fría en el casino; cuatro personas con molestias de estómago.",
            ),
        ),
        (
            on(2, "10:00"),
            Review(
                "elena",
                "Hable con el encargado del casino. Hoy voy en el turno de noche, sin avisar, a medir la comida.",
            ),
        ),
        (
            on(2, "23:30"),
            Note("elena", "Visita sin aviso a las 23:10. El horno mantenedor marca 41 grados; debería pasar de 65."),
        ),
        (on(4, "16:30"), Text("Hoy tambien llego fria. Gracias por venir anoche")),
        (
            on(8, "10:15"),
            Propose(
                "elena",
                Outcome.UPHELD,
                "Ustedes tienen razon: el horno que mantiene la comida caliente estaba malo desde hace un mes. "
                "Disculpen. Proponemos lo que sigue.",
                (
                    ("Cambiar el horno mantenedor del comedor de noche.", 14),
                    ("Medir la temperatura de la comida cada noche y publicarla en el comedor.", 10),
                ),
            ),
        ),
        (on(8, "20:40"), Text("1")),
        (
            on(13, "09:00"),
            Done("elena", "Horno nuevo instalado. Orden de trabajo cerrada y foto en la carpeta del casino."),
        ),
        (on(14, "09:00"), Done("elena", "Planilla de temperaturas a la entrada del comedor desde el lunes.")),
        (on(15, "12:10"), Verify("karina")),
        (
            on(15, "15:00"),
            Prevent(
                "elena",
                CorrectiveKind.CORRECTIVE,
                "Revisión mensual de hornos y refrigeradores incluida en el contrato del casino.",
                "elena",
                30,
                "Anexo firmado por la contratista.",
            ),
        ),
        (
            on(16, "10:30"),
            Close("elena", "El horno nuevo funciona y la temperatura se mide cada noche. Cerramos el caso. Gracias."),
        ),
        (on(21, "18:20"), Text("5")),
        (on(21, "18:21"), Text("4")),
        (on(21, "18:23"), Text("1")),
    ),
    phone="0101",
)


OVERTIME = Story(
    "overtime",
    _day(12),
    (
        (
            on(0, "07:50"),
            Text(
                "Our overtime of the last two months was not paid to the drilling crew. We are twelve people and the "
                "shift boss says it will come next month, always next month."
            ),
        ),
        (on(0, "07:52"), Text("2")),
        (
            on(4, "09:00"),
            Sort(
                "celia",
                CaseType.LABOUR,
                "pay",
                2,
                handler="fermina",
                employer="drilling",
                area="Mine",
                about_company="drilling",
            ),
        ),
        (
            on(4, "17:10"),
            Acknowledge(
                "fermina",
                "I am sorry that this took us so long. I have asked the contractor for the time sheets of your crew.",
                "Overtime of a drilling crew not paid",
                "Twelve people, two months.",
            ),
        ),
        (on(5, "09:00"), Review("fermina", "I have the time sheets now and compare them with the pay slips.")),
        (
            on(11, "12:00"),
            Propose(
                "fermina",
                Outcome.UPHELD,
                "You are right: 214 hours were worked and not paid. We propose what follows.",
                (("The contractor pays the 214 hours with the next salary.", 21),),
            ),
        ),
        (on(11, "13:05"), Text("1")),
        (on(24, "10:00"), Done("fermina", "Pay slips of the twelve people seen.")),
        (on(25, "11:00"), Verify("karina")),
        (on(25, "16:00"), Close("fermina", "The hours were paid and we checked the pay slips. We close the case.")),
        (on(31, "08:15"), Text("3 5 1")),
    ),
    locale=ENGLISH,
    phone="0102",
)


SHIFT_CHIEF = Story(
    "shift chief",
    _day(18),
    (
        (
            on(0, "23:20"),
            FileOnWeb(
                "El jefe de turno de sondajes me grita delante de todos y me manda mensajes de madrugada sobre mi "
                "cuerpo. Le pedí que parara y ahora me deja sin colación. Tengo miedo de perder la pega.",
                group=Group.CONTRACTOR_WORKER,
                confidentiality=Confidentiality.CONFIDENTIAL,
                category="harassment",
                area="Mine",
                employer="drilling",
                gender="woman",
                age_band="under_30",
                shift="night",
            ),
        ),
        (
            on(0, "23:45"),
            Sort(
                "bruno",
                CaseType.HARASSMENT,
                "harassment",
                4,
                investigator="isidora",
                employer="drilling",
                area="Mine",
                about_unit="drilling",
                about="Jefe de turno de noche",
            ),
        ),
        (
            on(0, "23:50"),
            Acknowledge(
                "bruno",
                "Recibimos lo que nos cuenta y le creemos que hay que actuar hoy. Desde esta noche usted no depende de "
                "esa persona. Una investigadora que no pertenece a su empresa verá su caso.",
                "Caso reservado, sondajes",
            ),
        ),
        (
            on(0, "23:55"),
            Meet("bruno", ClockName.PROTECT, "Cambio de turno y de jefatura desde esta noche, con igual sueldo."),
        ),
        (on(1, "08:10"), LookAtPage()),
        (
            on(2, "10:00"),
            Meet("isidora", ClockName.REFER_TO_DT, "Denuncia informada a la Dirección del Trabajo; copia archivada."),
        ),
        (on(2, "10:10"), Review("isidora")),
        (on(3, "21:00"), WriteOnWeb("Gracias. Hoy trabajé tranquila. Puedo entregar los mensajes que guardé.")),
        (on(4, "09:30"), Write("isidora", "Sí, por favor: puede subir aquí las capturas. Nadie de su turno las verá.")),
        (on(12, "15:00"), Note("isidora", "Tres entrevistas. Coinciden en los gritos; dos vieron los mensajes.")),
        (
            on(14, "11:00"),
            Propose(
                "isidora",
                Outcome.UPHELD,
                "La investigación terminó: los hechos están acreditados. La empresa contratista aplicará la sanción "
                "que corresponde y usted sigue en su nuevo turno.",
                (("Apoyo psicológico por seis meses, sin costo y donde usted elija.", 15),),
            ),
        ),
        (on(15, "20:00"), AnswerOnWeb(Answer.ACCEPTED)),
        (on(17, "10:00"), Done("isidora", "Primera sesión realizada, confirmada por la persona.")),
        (on(18, "10:00"), Verify("celia")),
        (on(19, "09:30"), Close("celia", "La sanción se aplicó y el apoyo sigue. Puede escribirnos cuando quiera.")),
        (on(26, "21:10"), RateOnWeb(5, 4, 1)),
    ),
)


NIGHT_BUS = Story(
    "night bus",
    _day(22),
    (
        (on(0, "15:30"), Text("A que hora pasa el bus del turno de noche por el pueblo los domingos?")),
        (on(0, "15:31"), Text("1")),
        (on(1, "09:15"), Sort("celia", CaseType.QUESTION, "question", 1, handler="fermina")),
        (
            on(1, "10:00"),
            Acknowledge("fermina", "Hola, lo pregunto hoy a transporte y le aviso.", "Horario del bus de noche"),
        ),
        (
            on(2, "12:00"),
            Propose("fermina", Outcome.UPHELD, "Los domingos pasa a las 19:10 frente a la plaza. Quedó publicado."),
        ),
        (on(2, "12:30"), Text("1")),
        (on(3, "09:00"), Close("fermina", "Nos alegra haber ayudado. Cerramos su pregunta.")),
    ),
    phone="0103",
)

UNPAID_INVOICE = Story(
    "unpaid invoice",
    _day(20),
    (
        (
            on(0, "12:15"),
            FileOnWeb(
                "Entregamos repuestos hace 95 días y la factura sigue sin pago. Somos una empresa de cuatro personas.",
                group=Group.SUPPLIER,
                confidentiality=Confidentiality.NAMED,
                category="supplier",
                name="Persona Inventada, Repuestos de Mentira",
                employer="supplies",
            ),
        ),
        (on(1, "10:00"), Sort("bruno", CaseType.SUPPLIER, "supplier", 2, handler="hilda")),
        (
            on(1, "15:00"),
            Acknowledge("hilda", "Gracias por avisar. Ya pedí a pagos el estado de la factura.", "Factura sin pago"),
        ),
        (on(2, "09:00"), Review("hilda", "La factura está en pagos; falta la firma de recepción. Lo sigo hoy.")),
        (
            on(6, "12:00"),
            Propose(
                "hilda",
                Outcome.UPHELD,
                "La factura quedó detenida por un error nuestro en la recepción.",
                (("Pagar la factura con los intereses de ley.", 7),),
            ),
        ),
        (on(6, "13:00"), AnswerOnWeb(Answer.ACCEPTED)),
        (on(11, "10:00"), Done("hilda", "Comprobante de transferencia.")),
        (on(11, "16:00"), Verify("lautaro")),
        (on(12, "09:00"), Close("hilda", "La factura está pagada con intereses. Cerramos el caso.")),
        (on(18, "12:00"), RateOnWeb(5, 5, 1)),
    ),
    site=PORT,
)


STORIES = (COLD_FOOD, OVERTIME, SHIFT_CHIEF, NIGHT_BUS, UNPAID_INVOICE)
