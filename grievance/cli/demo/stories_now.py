"""Stories that are still going on when the demo is loaded: what waits on the desks. Everything is invented."""

from grievance.cases.resolution import Answer
from grievance.cases.states import Channel, Confidentiality, Group, Outcome, Reach
from grievance.cli.demo.days import Since, Start, later, on
from grievance.cli.demo.end_acts import Close, Done, Propose, Verify
from grievance.cli.demo.first_acts import Record, Sort, Spam
from grievance.cli.demo.person_acts import AnswerOnWeb, FileOnWeb, LookAtPage, Text, WriteOnWeb
from grievance.cli.demo.places import PORT
from grievance.cli.demo.stage import Story
from grievance.cli.demo.work_acts import Acknowledge, Meet, Review, Write
from grievance.core.i18n import ENGLISH
from grievance.deadlines.standards import CaseType, ClockName

BOTH_SITES = "+56220000003"


def _ago(working_days: int) -> Start:
    return Start(Since.BEFORE_TODAY, working_days)


JUST_NOW = Story(
    "just now",
    Start(Since.MINUTES_AGO, 130),
    (
        (
            later(0),
            Text("El bus de las 6 vino sin cinturones y el chofer manejaba con el telefono en la mano. Nos da miedo"),
        ),
        (later(3), Text("2")),
    ),
    phone="0131",
)

WATER_TRUCK = Story(
    "water truck",
    _ago(1),
    (
        (
            on(0, "13:30"),
            FileOnWeb(
                "The water truck drives past the kindergarten at noon, when the children leave, much too fast. "
                "Today it did not stop at the crossing.",
                group=Group.NEIGHBOUR,
                category="traffic",
                area="Road or transport",
                days_before=0,
            ),
        ),
    ),
    locale=ENGLISH,
)

UNREAD = Story(
    "unread",
    _ago(5),
    ((on(0, "22:10"), Text("La luz del estacionamiento esta mala hace un mes y ya asaltaron a una compañera")),),
    site=PORT,
    phone="0132",
)

BOOTS = Story(
    "boots",
    _ago(2),
    (
        (on(0, "09:10"), Text("Nos dieron zapatos de seguridad usados y rotos, de otro numero")),
        (on(0, "09:11"), Text("2")),
        (on(1, "11:00"), Sort("celia", CaseType.LABOUR, "safety", 2, handler="fermina", employer="drilling")),
    ),
    phone="0133",
)

LAUNDRY = Story(
    "laundry",
    _ago(7),
    (
        (on(0, "20:00"), Text("La lavanderia devuelve la ropa mojada y cambiada")),
        (on(0, "20:01"), Text("1")),
        (on(1, "10:00"), Sort("bruno", CaseType.LABOUR, "camp", 1, handler="elena", area="Camp")),
        (
            on(2, "10:00"),
            Acknowledge("elena", "Hola, soy Elena. Hoy paso por la lavanderia y le cuento.", "Ropa mojada y cambiada"),
        ),
    ),
    phone="0134",
)

BLACK_DUST = Story(
    "black dust",
    _ago(11),
    (
        (
            on(0, "19:20"),
            FileOnWeb(
                "Desde que cargan de noche amanece un polvo negro sobre la ropa tendida. Lo junto en un frasco por si "
                "quieren verlo.",
                group=Group.NEIGHBOUR,
                category="dust",
                area="Port",
                picture="jar",
            ),
        ),
        (on(1, "10:00"), Sort("dante", CaseType.ENVIRONMENT, "dust", 2, handler="gaspar", area="Port")),
        (
            on(2, "10:00"),
            Acknowledge("gaspar", "Gracias. Paso a buscar el frasco el jueves.", "Polvo negro en la ropa"),
        ),
        (on(3, "10:00"), Review("gaspar")),
        (on(5, "16:00"), Write("gaspar", "El frasco ya está en el laboratorio. El resultado demora dos semanas.")),
        (on(8, "21:00"), WriteOnWeb("Anoche fue peor. ¿Pueden parar la carga mientras tanto?")),
    ),
    site=PORT,
)

SAFETY_TALK = Story(
    "safety talk",
    _ago(9),
    (
        (on(0, "12:00"), Text("The safety talks are only in Spanish and four of us in the crew do not follow them")),
        (on(0, "12:01"), Text("2")),
        (on(0, "16:00"), Sort("celia", CaseType.SAFETY, "safety", 2, handler="fermina", employer="drilling")),
        (
            on(1, "09:00"),
            Acknowledge(
                "fermina", "Thank you, that matters. I will talk to the contractor today.", "Talks in Spanish only"
            ),
        ),
        (
            on(2, "09:00"),
            Review("fermina", "I listened to the talk this morning; you are right that it is in Spanish only."),
        ),
        (
            on(5, "11:00"),
            Propose(
                "fermina",
                Outcome.UPHELD,
                "You are right, everybody must understand the talk.",
                (
                    ("Talks with an interpreter from Monday on.", 7),
                    ("Safety cards in English for every crew.", 20),
                ),
            ),
        ),
    ),
    locale=ENGLISH,
    phone="0135",
)

LADDER = Story(
    "ladder",
    _ago(16),
    (
        (
            on(0, "15:00"),
            Record(
                "ramiro",
                Channel.SUGGESTION_BOX,
                "La escala del taller se mueve y le falta un peldaño. Firmado: los del turno C.",
                on(0, "12:00"),
                group=Group.DIRECT_WORKER,
                confidentiality=Confidentiality.ANONYMOUS,
                category="safety",
                area="Plant",
                read_back="not_possible",
                reach=Reach.PAGE,
            ),
        ),
        (on(1, "09:00"), Sort("bruno", CaseType.SAFETY, "safety", 2, handler="fermina", area="Plant")),
        (on(1, "10:00"), Acknowledge("fermina", "Gracias. La escala quedó fuera de uso hoy.", "Escala sin peldaño")),
        (on(2, "10:00"), Review("fermina")),
        (
            on(4, "10:00"),
            Propose(
                "fermina",
                Outcome.UPHELD,
                "La escala se cambia y se revisan las otras.",
                (("Escala nueva en el taller.", 14), ("Revisión de todas las escalas de la planta.", 30)),
            ),
        ),
        (on(15, "10:00"), Done("fermina", "Escala nueva instalada, foto en el taller.")),
    ),
)

NEW_WITNESS = Story(
    "new witness",
    _ago(3),
    (
        (
            on(0, "21:40"),
            FileOnWeb(
                "Un supervisor de la mina se burla de mi forma de hablar y me dice que vuelva a mi país. Hoy me empujó "
                "en el bus delante de todos. El supervisor es Bolero.",
                group=Group.CONTRACTOR_WORKER,
                confidentiality=Confidentiality.CONFIDENTIAL,
                category="harassment",
                area="Mine",
                concerns_handlers=False,
            ),
        ),
        (
            on(0, "22:00"),
            Sort(
                "celia",
                CaseType.HARASSMENT,
                "harassment",
                4,
                investigator="julio",
                area="Mine",
                about_staff="tadeo",
            ),
        ),
        (
            on(0, "22:10"),
            Acknowledge("celia", "Recibimos su reclamo. Mañana usted viaja en otro bus.", "Caso reservado, mina"),
        ),
        (on(0, "22:15"), Meet("celia", ClockName.PROTECT, "Otro bus y otra jefatura desde mañana, con igual sueldo.")),
        (on(1, "08:00"), LookAtPage()),
        (on(1, "10:00"), Review("julio")),
    ),
)

PRIZE = Story(
    "prize",
    _ago(6),
    (
        (on(0, "03:15"), Text("FELICIDADES ganaste un premio!!! entra a premios.example y reclama ahora")),
        (on(0, "09:30"), Spam("celia")),
    ),
    phone="0136",
)

FRESH_VEGETABLES = Story(
    "fresh vegetables",
    _ago(24),
    (
        (on(0, "12:10"), Text("Pedimos mas verduras en el casino, todos los dias papas")),
        (on(0, "12:11"), Text("1")),
        (on(1, "10:00"), Sort("bruno", CaseType.LABOUR, "camp", 1, handler="elena", employer="kitchen")),
        (on(2, "10:00"), Acknowledge("elena", "Hola, lo hablo hoy con el casino.", "Más verduras en el casino")),
        (on(3, "10:00"), Review("elena", "Pedi el menu de los dos ultimos meses.")),
        (
            on(8, "10:00"),
            Propose(
                "elena",
                Outcome.UPHELD,
                "Tienen razon, el menu no cumplia.",
                (("Ensalada y verdura todos los días.", 7),),
            ),
        ),
        (on(8, "19:00"), Text("1")),
        (on(14, "10:00"), Done("elena", "Menú de dos semanas y visita al comedor.")),
        (on(15, "10:00"), Verify("karina")),
        (on(16, "10:00"), Close("elena", "Hay verdura todos los dias. Cerramos el caso. Buen provecho.")),
    ),
    phone="0137",
)

PARKING = Story(
    "parking",
    _ago(14),
    (
        (
            on(0, "18:00"),
            FileOnWeb(
                "Estacionan maquinaria frente a la sede y tapa la entrada de la ambulancia.",
                group=Group.ORGANISATION,
                category="traffic",
                area="Town or cove",
            ),
        ),
        (on(1, "10:00"), Sort("celia", CaseType.ENVIRONMENT, "traffic", 2, handler="elena", area="Town or cove")),
        (on(2, "10:00"), Acknowledge("elena", "Gracias. Hoy pido que la retiren.", "Maquinaria frente a la sede")),
        (on(3, "10:00"), Review("elena", "Fui hoy: hay una excavadora frente a la puerta. Averiguo de quién es.")),
        (on(6, "12:00"), Propose("elena", Outcome.NOT_UPHELD, "La maquinaria es de la obra municipal, no nuestra.")),
        (
            on(8, "20:00"),
            AnswerOnWeb(Answer.REJECTED, "La máquina tiene el logo de Perforaciones Imaginarias. Tengo fotos."),
        ),
        (on(9, "10:00"), Write("elena", "Gracias, lo reviso de nuevo. ¿Puede subir una foto?")),
        (on(11, "19:00"), WriteOnWeb("Aquí está.", picture="parked machine")),
    ),
)

NETS = Story(
    "nets",
    _ago(8),
    (
        (on(0, "10:30"), Text("Una lancha del puerto nos corto las redes")),
        (on(0, "10:31"), Text("2")),
        (on(0, "10:32"), Text("3")),
        (
            on(1, "10:00"),
            Sort("dante", CaseType.ENVIRONMENT, "livelihoods", 3, handler="hilda", about_unit="port_operations"),
        ),
        (on(2, "10:00"), Acknowledge("hilda", "Lo lamento. Hoy reviso la bitacora de la lancha.", "Redes cortadas")),
        (on(3, "10:00"), Review("hilda")),
    ),
    site=PORT,
    line=BOTH_SITES,
    phone="0138",
)

STOPPED = Story(
    "stopped",
    _ago(13),
    (
        (on(0, "20:40"), Text("Los guardias de la entrada revisan los bolsos de las mujeres de mala manera")),
        (on(0, "20:41"), Text("2")),
        (
            on(0, "21:30"),
            Sort("bruno", CaseType.HUMAN_RIGHTS, "security_forces", 3, investigator="isidora", about="Guardias"),
        ),
        (on(1, "09:30"), Acknowledge("isidora", "Lo veo hoy mismo. Gracias por contarlo.", "Caso reservado, acceso")),
        (on(2, "09:00"), Review("isidora", "Hable con seguridad. Hoy reviso las grabaciones de la entrada.")),
        (on(4, "13:00"), Text("BAJA")),
        (on(6, "10:00"), Write("isidora", "Desde ayer revisa una guardia mujer, en un lugar aparte.")),
    ),
    phone="0139",
)

STORIES = (
    JUST_NOW,
    WATER_TRUCK,
    UNREAD,
    BOOTS,
    LAUNDRY,
    BLACK_DUST,
    SAFETY_TALK,
    LADDER,
    NEW_WITNESS,
    PRIZE,
    FRESH_VEGETABLES,
    PARKING,
    NETS,
    STOPPED,
)
