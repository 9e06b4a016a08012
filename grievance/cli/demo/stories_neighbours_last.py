"""Stories of neighbours in the last quarter that ended, left for the visitor to publish. All invented."""

from grievance.cases.resolution import Answer
from grievance.cases.states import Channel, Group, Outcome, Source
from grievance.cli.demo.days import Since, Start, on
from grievance.cli.demo.end_acts import Close, Done, OutOfScope, Propose, RecordAnswer, RecordVerdict, Verify
from grievance.cli.demo.first_acts import Record, Sort
from grievance.cli.demo.person_acts import AnswerOnWeb, FileOnWeb, LookAtPage, RateOnWeb, ReopenOnWeb, Text
from grievance.cli.demo.places import PORT
from grievance.cli.demo.stage import Story
from grievance.cli.demo.work_acts import Acknowledge, HandOver, Meet, Review, Write
from grievance.core.i18n import ENGLISH
from grievance.deadlines.standards import CaseType, ClockName


def _day(number: int) -> Start:
    return Start(Since.QUARTER, number)


CRACKS = Story(
    "cracks",
    _day(5),
    (
        (
            on(0, "12:10"),
            Record(
                "ramiro",
                Channel.CALL,
                "Una señora de 81 años llama porque la pared de la cocina se agrietó después de las tronaduras. No "
                "sabe usar el celular para escribir y pide que la visiten.",
                on(0, "11:50"),
                group=Group.NEIGHBOUR,
                category="property",
                area="Town or cove",
                name="Señora de la casa celeste (nombre inventado)",
            ),
        ),
        (on(1, "10:00"), Sort("celia", CaseType.ENVIRONMENT, "property", 2, handler="elena", area="Town or cove")),
        (
            on(1, "12:00"),
            Acknowledge("elena", "Señora, la visito mañana a las 10 con un maestro.", "Grietas en una casa"),
        ),
        (on(2, "10:20"), HandOver("elena")),
        (on(2, "16:00"), Review("elena")),
        (on(2, "16:10"), Meet("elena", ClockName.FIRST_CONTACT, "La visité con un maestro; grieta de 2 metros.")),
        (
            on(9, "10:00"),
            Propose(
                "elena",
                Outcome.PARTLY_UPHELD,
                "La grieta es antigua, pero creció con las vibraciones. Reparamos la pared de la cocina.",
                (("Reparar y pintar la pared de la cocina.", 20),),
            ),
        ),
        (on(9, "15:00"), HandOver("elena")),
        (on(10, "15:00"), RecordAnswer("elena", Answer.ACCEPTED, Source.WITNESSED)),
        (on(16, "12:00"), Done("elena", "Pared reparada; la señora firmó con su hija presente.")),
        (on(17, "12:00"), Verify("karina")),
        (on(17, "15:00"), Close("elena", "La pared está lista. Cerramos el caso. Gracias por recibirnos.")),
        (on(18, "11:00"), HandOver("elena")),
        (on(25, "11:00"), RecordVerdict("elena", 5, 4, 1, Source.WITNESSED)),
    ),
)

NOISE_AT_NIGHT = Story(
    "noise at night",
    _day(7),
    (
        (
            on(0, "23:50"),
            FileOnWeb(
                "The loading of the ship goes on all night and the alarm of the crane beeps every ten seconds. We live "
                "300 metres away and nobody in this street has slept well for a week.",
                group=Group.NEIGHBOUR,
                category="noise",
                area="Port",
                people_count=6,
            ),
        ),
        (on(1, "10:00"), Sort("dante", CaseType.ENVIRONMENT, "noise", 2, handler="hilda", area="Port")),
        (
            on(2, "09:00"),
            Acknowledge(
                "hilda",
                "Thank you. I will measure the noise in your street tonight and tell you what I find.",
                "Alarm of the crane at night",
                "Six people cannot sleep.",
            ),
        ),
        (on(3, "09:00"), Review("hilda", "I will stand in your street with the meter tonight from eleven.")),
        (on(4, "21:00"), LookAtPage()),
        (
            on(8, "12:00"),
            Propose(
                "hilda",
                Outcome.UPHELD,
                "You are right: 58 decibels at your window, and 45 is what we promised.",
                (("A lower, directed alarm on the crane between 21:00 and 7:00.", 14),),
            ),
        ),
        (on(9, "20:00"), AnswerOnWeb(Answer.ACCEPTED)),
        (on(16, "10:00"), Done("hilda", "New alarm; 43 decibels measured twice.")),
        (on(17, "10:00"), Verify("lautaro")),
        (on(17, "11:00"), Close("hilda", "The new alarm is in use and was measured. We close the case.")),
        (on(24, "21:00"), RateOnWeb(5, 5, 1)),
    ),
    site=PORT,
    locale=ENGLISH,
)

RUBBISH = Story(
    "rubbish",
    _day(12),
    (
        (
            on(0, "17:00"),
            FileOnWeb(
                "Hace dos semanas que no pasa el camión de la basura por mi calle y hay ratones.",
                group=Group.NEIGHBOUR,
                category="other",
            ),
        ),
        (on(1, "09:20"), Sort("bruno", CaseType.NUISANCE, "other", 1, handler="elena")),
        (
            on(2, "10:00"),
            Acknowledge("elena", "Gracias por escribir. Averiguo quién retira allí.", "Basura sin retirar"),
        ),
        (
            on(4, "12:00"),
            OutOfScope(
                "elena",
                "El retiro de basura de su calle lo hace la municipalidad; la faena no tiene parte en ello.",
                "Puede reclamar en la oficina de partes de la municipalidad. Si le sirve, le ayudamos a escribirlo.",
            ),
        ),
        (on(12, "19:00"), RateOnWeb(4, 2, 2)),
    ),
)

DUST_AGAIN = Story(
    "dust again",
    _day(19),
    (
        (on(0, "18:30"), Text("El acopio junto al cerro levanta una nube con el viento, entra a las casas")),
        (on(0, "18:31"), Text("3")),
        (on(1, "10:00"), Sort("celia", CaseType.ENVIRONMENT, "dust", 2, handler="elena", area="Town or cove")),
        (
            on(2, "10:00"),
            Acknowledge("elena", "Gracias, lo veo hoy con la planta.", "Polvo del acopio", "Polvo con viento sur."),
        ),
        (on(3, "10:00"), Review("elena", "Visite el acopio con la planta: falta cubrir el lado sur.")),
        (
            on(10, "12:00"),
            Propose(
                "elena",
                Outcome.UPHELD,
                "Habia que cubrir el acopio y no se hizo.",
                (("Malla y riego en el acopio.", 14),),
            ),
        ),
        (on(10, "20:00"), Text("1")),
        (on(18, "10:00"), Done("elena", "Malla instalada, foto.")),
        (on(19, "10:00"), Verify("karina")),
        (on(19, "12:00"), Close("elena", "La malla esta puesta. Cerramos el caso.")),
        (on(38, "19:00"), Text("Se solto la malla con el viento y volvio el polvo, peor que antes")),
        (on(38, "19:02"), Text("1")),
        (on(39, "10:00"), Write("elena", "Tiene razon. Reabrimos su caso. Mañana va una cuadrilla a fijar la malla.")),
    ),
    phone="0121",
)

LORRIES = Story(
    "lorries",
    _day(28),
    (
        (on(0, "07:40"), Text("Camiones estacionados en la subida a la caleta, no se ve nada al salir")),
        (on(0, "07:41"), Text("3")),
        (on(1, "09:30"), Sort("dante", CaseType.SAFETY, "traffic", 2, handler="gaspar", area="Road or transport")),
        (on(1, "12:00"), Acknowledge("gaspar", "Gracias, hoy hablo con los choferes.", "Camiones en la subida")),
        (on(2, "09:00"), Review("gaspar", "Hable con los choferes y con porteria. Mañana le cuento.")),
        (
            on(6, "12:00"),
            Propose(
                "gaspar",
                Outcome.UPHELD,
                "Los camiones esperaban ahi su turno. Desde hoy esperan dentro del recinto.",
                (("Espera de camiones dentro del recinto.", 3),),
            ),
        ),
        (on(9, "10:00"), Done("gaspar", "Una semana sin camiones en la subida.")),
        (on(9, "16:00"), Verify("lautaro")),
        (on(18, "10:00"), Close("gaspar", "Los camiones esperan dentro. Cerramos el caso.")),
    ),
    site=PORT,
    phone="0122",
)

PASTURE = Story(
    "pasture",
    _day(34),
    (
        (
            on(0, "16:40"),
            FileOnWeb(
                "Cerraron la huella por donde pasamos con las cabras desde siempre. Hay que dar una vuelta de cuatro "
                "horas para llegar al agua.",
                group=Group.FISHER_OR_FARMER,
                category="livelihoods",
                area="Road or transport",
                people_count=3,
                picture="closed track",
            ),
        ),
        (on(1, "10:00"), Sort("celia", CaseType.ENVIRONMENT, "livelihoods", 3, handler="elena", about_unit="pit")),
        (
            on(2, "12:00"),
            Acknowledge("elena", "Gracias. Subo a ver la huella esta semana.", "Huella de pastoreo cerrada"),
        ),
        (on(3, "10:00"), Review("elena", "Ayer caminé la huella con dos de ustedes. Gracias por mostrarme.")),
        (
            on(10, "10:00"),
            Propose(
                "elena",
                Outcome.UPHELD,
                "El cierre se hizo sin preguntar. Abrimos un paso con portón que ustedes manejan.",
                (("Paso con portón en la huella, llaves para las tres familias.", 14),),
            ),
        ),
        (on(11, "18:00"), AnswerOnWeb(Answer.ACCEPTED)),
        (on(15, "12:00"), Done("elena", "Portón instalado; llaves entregadas con acta.")),
        (on(16, "10:00"), Verify("karina")),
        (on(17, "10:00"), Close("karina", "El paso está abierto. Cerramos el caso.")),
        (on(20, "18:00"), ReopenOnWeb("El portón quedó con candado el fin de semana y nadie nos contestó.")),
        (
            on(21, "10:00"),
            Write("elena", "Disculpen. El candado lo puso vigilancia; ya lo sacamos. Veré que no pase más."),
        ),
        (
            on(27, "10:00"),
            Propose(
                "elena",
                Outcome.UPHELD,
                "El portón queda sin candado y vigilancia tiene la instrucción por escrito.",
                (("Instrucción escrita a vigilancia, con copia a las familias.", 5),),
            ),
        ),
        (on(28, "19:00"), AnswerOnWeb(Answer.ACCEPTED)),
        (on(29, "12:00"), Done("elena", "Instrucción firmada por los tres turnos.")),
        (on(30, "12:00"), Verify("karina")),
        (on(30, "15:00"), Close("karina", "El paso sigue abierto y vigilancia lo sabe. Cerramos el caso otra vez.")),
        (on(38, "18:00"), RateOnWeb(3, 4, 1)),
    ),
)

STORIES = (CRACKS, NOISE_AT_NIGHT, RUBBISH, DUST_AGAIN, LORRIES, PASTURE)
