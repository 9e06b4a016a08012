"""What the staff of the demo write in every case that is told in one line, in the language of the person."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import ENGLISH, SPANISH


@dataclass(frozen=True, slots=True)
class Voice:
    """Texts of one language; where there are several, they say the same in other words."""

    hello: tuple[str, ...]
    hello_late: str
    looking: tuple[str, ...]
    in_confidence: str
    protected: str
    done: str
    closed: tuple[str, ...]
    closed_only: str
    not_enough: str
    more: str
    again: str
    for_good: str
    referred_to: str
    referred: str
    not_ours: str
    elsewhere: str
    not_fair: str
    stands: str
    looked_again: str
    put_right: str


VOICES: Final = MappingProxyType(
    {
        SPANISH: Voice(
            hello=(
                "Gracias por avisar. Soy {name} y veo su caso. En unos dias le cuento lo que encontre.",
                "Buenos dias, soy {name}. Lei lo que nos cuenta y esta semana voy a mirar.",
                "Gracias por contarlo. Su caso lo veo yo, {name}. Le escribo apenas sepa algo.",
            ),
            hello_late="Disculpe la demora: recien hoy tomo su caso. Soy {name}. Esta semana voy a mirar.",
            looking=(
                "Ya hable con quien esta a cargo. Manana voy a ver con mis propios ojos.",
                "Estuve ahi hoy. Le cuento pronto que se va a hacer.",
                "Pedi los registros y los estoy leyendo.",
            ),
            in_confidence="Recibí lo que nos cuenta. Nadie de su empresa puede leerlo. Desde hoy lo veo yo.",
            protected="Medida acordada con la persona y vigente desde hoy.",
            done="Visto en el lugar, con foto.",
            closed=(
                "Lo prometido esta hecho y lo reviso otra persona. Cerramos el caso. Gracias por avisar.",
                "Quedo hecho y revisado. Cerramos el caso. Si vuelve a pasar, escriba aqui mismo.",
            ),
            closed_only="Cerramos su caso. Si algo cambia, escriba y lo abrimos de nuevo.",
            not_enough="Con eso no alcanza: falta lo principal.",
            more="Usted tiene razon, faltaba. Hacemos ademas lo que sigue.",
            again="Volvió a pasar lo mismo esta semana.",
            for_good="Lo miramos de nuevo: lo que hicimos no duro. Esta vez lo hacemos de otra manera.",
            referred_to="Juzgado de Policía Local",
            referred="Esa deuda es entre usted y la contratista. Le ayudamos a juntar los papeles para el juzgado.",
            not_ours="Los sueldos de todos se acuerdan con el sindicato; aqui vemos reclamos sobre lo que ya paso.",
            elsewhere="El sindicato y la Direccion del Trabajo, que atiende sin costo.",
            not_fair="No estoy de acuerdo: nadie me pregunto a mi.",
            stands=(
                "Lei todo y hable con usted. La respuesta se mantiene. Si no esta de acuerdo, puede ir ademas a la "
                "Direccion del Trabajo."
            ),
            looked_again="Leí todo y hablé con usted. Tiene razón en parte: otra persona abre su caso de nuevo.",
            put_right="Le debíamos una explicación y una alternativa. Desde el próximo mes puede cambiar dos turnos.",
        ),
        ENGLISH: Voice(
            hello=(
                "Thank you for telling us. I am {name} and I have your case. I will write in a few days.",
                "Good morning, I am {name}. I have read what you wrote and will go and look this week.",
            ),
            hello_late="I am sorry that this took so long. I am {name} and I have your case from today.",
            looking=(
                "I spoke with those in charge. Tomorrow I will see for myself.",
                "I asked for the records and am reading them.",
            ),
            in_confidence="I have what you wrote. Nobody of your company can read it. I look after it from today.",
            protected="Agreed with the person, in force from today.",
            done="Seen on the spot, with a photograph.",
            closed=("What we promised is done, and somebody else checked it. We close the case. Thank you.",),
            closed_only="We close your case. If anything changes, write and we open it again.",
            not_enough="That is not enough. The main thing is missing.",
            more="You are right, something was missing. We also do what follows.",
            again="The same thing happened again this week.",
            for_good="We looked again: what we did has not lasted. This time we do it differently.",
            referred_to="Local court",
            referred="That debt is between you and the contractor. We help you gather the papers for the court.",
            not_ours="Pay for everybody is agreed with the union; here we look at what has already happened.",
            elsewhere="The union, and the labour inspectorate, which is free.",
            not_fair="I do not agree: nobody asked me.",
            stands="I read everything and spoke with you. The answer stands. You may go to the labour inspectorate.",
            looked_again="I read everything and spoke with you. You are right in part: somebody else opens your case.",
            put_right="We owed you an explanation and another way. From next month you may change two shifts.",
        ),
    }
)
