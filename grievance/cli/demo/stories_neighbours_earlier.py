"""Stories of neighbours in the quarter before the last one, which is published. All invented."""

from grievance.cases.remedies import CorrectiveKind
from grievance.cases.resolution import Answer
from grievance.cases.states import Channel, Confidentiality, Group, Outcome, Source
from grievance.cli.demo.days import Since, Start, on
from grievance.cli.demo.end_acts import (
    AskToClose,
    Close,
    Done,
    Prevent,
    Propose,
    RecordAnswer,
    RecordVerdict,
    Verify,
)
from grievance.cli.demo.first_acts import Record, Sort
from grievance.cli.demo.person_acts import AnswerOnWeb, FileOnWeb, RateOnWeb, Text, WriteOnWeb
from grievance.cli.demo.places import PORT
from grievance.cli.demo.stage import Story
from grievance.cli.demo.work_acts import Acknowledge, HandOver, Meet, Review, Write
from grievance.core.i18n import ENGLISH
from grievance.deadlines.standards import CaseType, ClockName


def _day(number: int) -> Start:
    return Start(Since.QUARTER, number, quarters_before=1)


ROAD_DUST = Story(
    "road dust",
    _day(9),
    (
        (
            on(0, "18:42"),
            FileOnWeb(
                "Los camiones pasan toda la tarde por el camino viejo y no lo riegan. El polvo entra a la casa y mi "
                "mamá, que tiene asma, no puede salir al patio. Adjunto una foto de ayer.",
                group=Group.NEIGHBOUR,
                category="dust",
                area="Road or transport",
                place="Camino viejo, a la altura de la posta inventada",
                days_before=1,
                age_band="30_49",
                picture="dusty road",
            ),
        ),
        (on(1, "10:10"), Sort("bruno", CaseType.ENVIRONMENT, "dust", 2, handler="elena", area="Road or transport")),
        (
            on(2, "09:40"),
            Acknowledge(
                "elena",
                "Gracias por escribir y por la foto. Voy a revisar el registro de riego del camino viejo y a visitar "
                "el sector esta semana.",
                "Polvo en el camino viejo",
                "El camino viejo no se riega por las tardes; hay una persona con asma.",
            ),
        ),
        (
            on(3, "10:00"),
            Review("elena", "Ya tengo el registro de riego. El jueves visito el camino viejo a las cinco de la tarde."),
        ),
        (on(4, "19:05"), WriteOnWeb("Hoy pasó el aljibe a las 11, pero en la tarde estaba todo seco otra vez.")),
        (on(5, "09:10"), Write("elena", "Gracias. Lo confirmé: hay un solo riego al día. Estamos pidiendo otro.")),
        (
            on(9, "11:30"),
            Propose(
                "elena",
                Outcome.PARTLY_UPHELD,
                "El riego estaba en el plan, pero una sola vez al día, y con calor no alcanza. No podemos sacar los "
                "camiones del camino este año. Sí podemos regar más y bajar la velocidad.",
                (
                    ("Regar el camino viejo a las 11, a las 15 y a las 18 horas.", 7),
                    ("Poner señales de 30 km/h frente a las casas.", 20),
                ),
            ),
        ),
        (on(11, "20:15"), AnswerOnWeb(Answer.ACCEPTED)),
        (on(14, "09:30"), Done("elena", "Registro de riego de una semana, tres pasadas diarias.")),
        (on(16, "09:30"), Done("elena", "Cuatro señales instaladas, con foto.")),
        (on(17, "16:00"), Verify("karina")),
        (
            on(18, "10:20"),
            Close("elena", "El riego y las señales están hechos y revisados por otra persona. Cerramos el caso."),
        ),
        (on(25, "19:30"), RateOnWeb(4, 3, 2)),
    ),
)


BLASTING = Story(
    "blasting",
    _day(26),
    (
        (on(0, "13:20"), Text("Otra vez tronadura sin avisar. Se movieron los vidrios y mi nieto quedo llorando")),
        (on(0, "13:25"), Text("3")),
        (on(1, "09:30"), Sort("bruno", CaseType.ENVIRONMENT, "noise", 2, handler="elena", area="Town or cove")),
        (
            on(1, "12:00"),
            Acknowledge(
                "elena",
                "Buenas tardes, soy Elena. Lamento el susto. Voy a pedir el registro de la tronadura de ayer.",
                "Tronadura sin aviso",
                "Una familia del pueblo no recibió el aviso de la tronadura.",
            ),
        ),
        (
            on(3, "09:00"),
            Review(
                "elena", "Revise el registro: la tronadura fue a las 13:14 y el aviso no salio. Estoy viendo por que."
            ),
        ),
        (
            on(6, "16:00"),
            Propose(
                "elena",
                Outcome.UPHELD,
                "El aviso no se mandó. Desde ahora avisamos por SMS el dia anterior a quien lo pida y suena la sirena "
                "15 minutos antes.",
                (("Aviso por SMS el día anterior y sirena 15 minutos antes.", 10),),
            ),
        ),
        (on(12, "09:00"), Done("elena", "Dos tronaduras avisadas; registro de envíos y sirena.")),
        (on(13, "09:00"), Verify("karina")),
        (on(18, "10:00"), Close("elena", "El aviso por SMS y la sirena funcionan. Cerramos el caso.")),
    ),
    phone="0104",
)


LOCAL_JOBS = Story(
    "local jobs",
    _day(30),
    (
        (
            on(0, "11:00"),
            FileOnWeb(
                "You promised jobs for people of the town and in the last months everybody who was hired for the "
                "kitchen came from outside. I applied three times and nobody even answered me.",
                group=Group.NEIGHBOUR,
                category="jobs",
            ),
        ),
        (on(2, "09:40"), Sort("celia", CaseType.NUISANCE, "jobs", 1, handler="fermina", about_company="kitchen")),
        (
            on(3, "10:30"),
            Acknowledge(
                "fermina",
                "Thank you for writing. I am asking the contractor for the list of applications of this year.",
                "Nobody from the town hired for the kitchen",
            ),
        ),
        (
            on(4, "10:30"),
            Review("fermina", "The contractor sent me the list. I am looking for your three applications."),
        ),
        (
            on(12, "10:00"),
            Propose(
                "fermina",
                Outcome.NOT_UPHELD,
                "Eleven of the 26 people hired this year live in the town. We found your applications; they came "
                "after the closing dates.",
            ),
        ),
        (
            on(14, "18:00"),
            AnswerOnWeb(Answer.REJECTED, "The closing dates were never announced here. How should I have known?"),
        ),
        (on(15, "09:20"), Write("fermina", "You are right to ask. I will find out where they were announced.")),
        (
            on(20, "12:00"),
            Propose(
                "fermina",
                Outcome.PARTLY_UPHELD,
                "The dates were announced on a web page only. That is not enough.",
                (
                    ("Announce every vacancy on the notice board of the town hall and by SMS.", 10),
                    ("Invite you to the next selection, with two weeks' notice.", 30),
                ),
            ),
        ),
        (on(22, "18:30"), AnswerOnWeb(Answer.PARTLY, "Good for the others. I still lost three chances.")),
        (on(26, "10:00"), Done("fermina", "Two vacancies announced on the board and by SMS.")),
        (on(28, "10:00"), Done("fermina", "Invitation sent and received.")),
        (on(29, "12:00"), Verify("karina")),
        (on(30, "10:00"), Close("fermina", "Vacancies are announced in town now. We close the case.")),
        (on(37, "20:00"), RateOnWeb(2, 2, 3)),
    ),
    locale=ENGLISH,
)


COLOURED_WATER = Story(
    "coloured water",
    _day(15),
    (
        (
            on(0, "06:40"),
            Text("El agua de la caleta salio con color y mal olor al lado del muelle. No podemos mariscar"),
        ),
        (on(0, "06:44"), Text("3")),
        (
            on(0, "10:00"),
            Sort(
                "dante", CaseType.ENVIRONMENT, "water", 3, handler="gaspar", area="Port", about_unit="port_operations"
            ),
        ),
        (
            on(1, "09:30"),
            Acknowledge(
                "gaspar",
                "Buenos dias, soy Gaspar. Hoy tomamos muestras con gente de la caleta. Mañana le cuento.",
                "Agua con color junto al muelle",
                "Agua con color y olor; no se puede mariscar.",
            ),
        ),
        (
            on(1, "15:00"),
            Review("gaspar", "Tomamos tres muestras con dos personas de la caleta. El resultado demora tres dias."),
        ),
        (
            on(5, "17:00"),
            Write("gaspar", "El laboratorio encontro restos de lavado de cubierta. Paramos esos lavados."),
        ),
        (
            on(12, "11:00"),
            Propose(
                "gaspar",
                Outcome.UPHELD,
                "El lavado de una cubierta llego al mar. No es toxico, pero no debio pasar y ustedes perdieron cuatro "
                "dias.",
                (
                    ("Pagar a la caleta cuatro días sin mariscar, según acuerdo firmado.", 20),
                    ("Estanque para el agua de lavado antes de que llegue al mar.", 30),
                ),
            ),
        ),
        (on(13, "19:00"), Text("1")),
        (on(22, "09:00"), Done("gaspar", "Pago hecho, acta firmada por la caleta.")),
        (on(30, "09:00"), Done("gaspar", "Estanque instalado; dos lavados sin descarga.")),
        (on(31, "11:00"), Verify("lautaro")),
        (
            on(31, "12:00"),
            Prevent(
                "gaspar",
                CorrectiveKind.TRANSFORMATIVE,
                "Muestreo mensual junto con la caleta, con resultados en la sede.",
                "gaspar",
                60,
            ),
        ),
        (on(31, "12:30"), AskToClose("gaspar")),
        (
            on(32, "10:00"),
            Close("lautaro", "Pago y estanque listos y revisados. Cerramos el caso. Gracias por avisar."),
        ),
        (on(38, "09:30"), Text("4")),
        (on(38, "09:31"), Text("5")),
        (on(38, "09:35"), Text("1")),
    ),
    site=PORT,
    phone="0105",
)


SCHOOL_TRAFFIC = Story(
    "school traffic",
    _day(52),
    (
        (
            on(1, "12:30"),
            Record(
                "ramiro",
                Channel.WALK_IN,
                "Una vecina pide que los camiones no pasen frente a la escuela a la entrada y a la salida de los "
                "niños. Ayer uno frenó a pocos metros de una niña.",
                on(0, "11:40"),
                group=Group.NEIGHBOUR,
                category="traffic",
                area="Road or transport",
                name="Vecina de la caleta (nombre inventado)",
                people_count=30,
            ),
        ),
        (on(1, "15:30"), Sort("dante", CaseType.SAFETY, "traffic", 3, handler="gaspar", about_company="buses")),
        (
            on(1, "17:00"),
            Acknowledge(
                "gaspar",
                "Señora, mañana paso por la escuela a la hora de entrada y la busco para conversar.",
                "Camiones frente a la escuela",
                "Camiones a la hora de entrada y salida de los niños.",
            ),
        ),
        (on(2, "08:20"), HandOver("gaspar")),
        (on(2, "10:00"), Review("gaspar")),
        (on(2, "10:10"), Meet("gaspar", ClockName.FIRST_CONTACT, "Conversé con ella en la escuela a las 8:20.")),
        (
            on(6, "10:00"),
            Propose(
                "gaspar",
                Outcome.UPHELD,
                "Los camiones no pasarán de 7:30 a 8:30 ni de 15 a 16 horas en días de clases.",
                (("Horario sin camiones frente a la escuela, con control en portería.", 5),),
            ),
        ),
        (on(6, "16:30"), HandOver("gaspar")),
        (on(7, "16:00"), RecordAnswer("gaspar", Answer.ACCEPTED, Source.SIGNED_PAPER)),
        (on(9, "10:00"), Done("gaspar", "Registro de portería de una semana: ningún paso en ese horario.")),
        (on(9, "16:00"), Verify("lautaro")),
        (on(9, "17:00"), Close("lautaro", "El horario sin camiones se cumple. Cerramos el caso.")),
        (on(10, "16:00"), HandOver("gaspar")),
        (on(16, "16:30"), RecordVerdict("gaspar", 5, 5, 1)),
    ),
    site=PORT,
)


COUNCIL_LETTER = Story(
    "council letter",
    _day(59),
    (
        (
            on(14, "10:30"),
            Record(
                "ramiro",
                Channel.LETTER,
                "Carta de la junta de vecinos (inventada): desde el invierno el pozo del sector alto baja cada mes y "
                "queremos saber cuánta agua saca la faena.",
                on(0, "16:00"),
                group=Group.ORGANISATION,
                confidentiality=Confidentiality.NAMED,
                category="water",
                area="Town or cove",
                name="Junta de Vecinos Supuesta",
                people_count=85,
                read_back="not_possible",
                picture="letter",
            ),
        ),
        (on(15, "09:30"), Sort("celia", CaseType.ENVIRONMENT, "water", 3, handler="elena", area="Town or cove")),
        (
            on(15, "12:00"),
            Acknowledge(
                "elena",
                "Recibimos su carta. Les llevaremos las mediciones de nuestros pozos para mirarlas juntos.",
                "Baja el pozo del sector alto",
                "La junta de vecinos pide saber cuánta agua se saca.",
            ),
        ),
        (on(16, "18:00"), HandOver("elena")),
        (on(17, "10:00"), Review("elena")),
        (
            on(32, "11:00"),
            Propose(
                "elena",
                Outcome.NOT_ESTABLISHED,
                "Las mediciones no permiten decir que la baja venga de nuestros pozos, ni lo contrario. Proponemos "
                "medir juntos durante un año.",
                (("Dos medidores en el pozo del sector alto, con datos abiertos a la junta.", 45),),
            ),
        ),
        (on(33, "18:30"), HandOver("elena")),
        (on(36, "19:00"), RecordAnswer("elena", Answer.ACCEPTED, Source.SIGNED_PAPER)),
        (on(53, "10:00"), Done("elena", "Medidores instalados con la junta presente; acta firmada.")),
        (on(54, "10:00"), Verify("karina")),
        (on(54, "12:00"), AskToClose("elena")),
        (on(55, "10:00"), Close("karina", "Los medidores funcionan y los datos están en la sede. Cerramos el caso.")),
        (on(56, "18:00"), HandOver("elena")),
        (on(63, "18:00"), RecordVerdict("elena", 4, 3, 2)),
    ),
)

STORIES = (ROAD_DUST, BLASTING, LOCAL_JOBS, COLOURED_WATER, SCHOOL_TRAFFIC, COUNCIL_LETTER)
