"""The words by which titles tell one recording of a song from another, in many languages.

Each list is alternatives of a regular expression over folded text (`text.fold_text`): without case, accents
and typographic signs. Words that are missing here do no harm: what is not known keeps recordings apart.
"""

# What makes another recording. The name of a line stands for all its words, whatever their language.
MARKS: dict[str, str] = {
    "live": (
        "live(?: (?:version|recording|performance|take))?|(?:en|in) vivo|en directo|en directe"
        "|ao vivo|en concert|en concierto|in concert|en public|en direct|dal vivo|na zywo|zive"
        "|nazivo|uzivo|elo(?:ben)?|konserdis|livena|canli|i konsert|im konzert|live aufnahme"
        r"|liveaufnahme|livefassung|liveversion|(?:konzert|live)mitschnitt|recorded live"
        r"|ζωντανα|концерт\w*|живьем"
        "|жив(?:ое|ая|ои) (?:исполнение|запись|выступление|версия|звук)|лаив|наживо|на живо"
        "|запис наживо|לייב|הופעה חיה|מההופעה|بث مباشر|مباشر|حفلة?|حي|ライブ|ライヴ|생방송|라이브"
        "|实况|實況|现场|現場|演唱会|演唱會"
    ),
    "acoustic": (
        "acoustic(?:al)?|acoustique|acustic[oa]|acustico|akustisch|akustisk|akustik|akusztikus"
        r"|akusticky|akusticka|akusticna|akustyczn\w+|akustinen|akoestisch|unplugged|акустик\w*"
        r"|акустическ\w+|акустичн\w+|ακουστικ\w+|אקוסטי\w*|アコースティック|어쿠스틱|不插电|不插電"
        "|木吉他"
    ),
    "instrumental": (
        "instrumental(?:e|es|ni|na|version|fassung)?|instrumentaal|instrumentala|instrumentalne|strumentale|instr"
        r"|inst|инструментал\w*|минус(?:овка)?|ινστρουμενταλ|ορχηστρικ\w+|אינסטרומנטלי\w*"
        "|インストゥルメンタル|インスト|오리지널 반주|반주|伴奏|纯音乐|純音樂"
    ),
    "karaoke": (
        "karaoke|karaoque|караоке|καραοκε|קריוקי|كاريوكي|カラオケ|노래방|卡拉ok|sing along|singalong"
    ),
    "remix": (
        "remix(?:ed|ado|ada|e)?|rmx|remezcla|re mix|remiks|ремикс|ремікс|ρεμιξ|רמיקס|リミックス"
        "|리믹스|混音|rework(?:ed)?"
    ),
    "mix": "mix|микс|ミックス|믹스|mezcla",
    "extended": (
        "extended|extendid[oa]|prolongee|estesa|verlangert|12 ?(?:inch|''|\")|エクステンデッド"
        r"|расширенн\w+"
    ),
    "single": (
        "(?:single|7 ?inch|7''|7\") (?:edit|mix|version|cut|fassung)"
        "|(?:version|versao|versione) (?:del? |du |da )?(?:single|sencillo|singolo)|single"
        "|sencillo|singleversion|singlefassung|シングル"
    ),
    "radio_edit": (
        "radio (?:edit|mix|version|cut)"
        "|(?:version|edicion|versao|versione) (?:de |per la |para )?(?:la )?radio|radioversion"
        "|radiofassung|radioedit|radio|радио(?:версия)?|ラジオ"
    ),
    "edit": "edit(?:ed)?|edicion editada|editada|editado",
    "demo": ("demos?|maqueta|maquette|демо|ντεμο|דמו|デモ|데모|小样|rough mix|work tape|worktape|rehearsal"),
    "cover": (
        "cover(?: version)?|coverversion|кавер|каверверсия|カバー|カヴァー|커버|翻唱|version cover|reprise de"
    ),
    "tribute": (
        "tribute|tributo|hommage|homenaje|omaggio|трибьют|originally performed by|in the style of"
        "|made famous by"
    ),
    "rerecorded": (
        "re ?-?recorded(?: version)?|re ?-?recording|regrabad[oa]|regravad[oa]|neuaufnahme"
        r"|neu eingespielt|reenregistre\w*|перезапис\w+|reincis[oa]|new recording|再録|재녹음|重录"
        "|重錄"
    ),
    "sped_up": (
        r"sped up|speed up|spedup|speedup|faster|nightcore|acelerad[oa]|accelere\w*|спидап"
        r"|ускоренн\w+|加速"
    ),
    "slowed": (
        r"slowed(?: down)?|slow(?:ed)? version|ralenti\w*|lent[oa]|замедлен\w+|langsam\w*|减速"
        "|daycore|screwed"
    ),
    "reverb": "reverb(?:ed)?|ревер[бв]",
    "piano": (
        "piano|klavier|pianoforte|klavir|fortepian|фортепиано|пианино|πιανο|פסנתר|ピアノ|피아노|钢琴|鋼琴"
    ),
    "guitar": "guitar|guitarra|guitare|gitarre|chitarra|gitara|gitaar|гитара|ギター|기타 버전|吉他",
    "orchestral": (
        "orchestr(?:al|ale|ada|ated)|orquestal|sinfonic[oa]|symphonic|symphonique|sinfonisch"
        r"|orchester\w*|оркестр\w*|オーケストラ|오케스트라|管弦"
    ),
    "strings": "strings|streicher|cuerdas|cordes|archi",
    "acappella": (
        "a ?-?cc?app?ella|acapp?ell?a|acap|акапелла|アカペラ|아카펠라|清唱|vocals? only|isolated vocals?"
    ),
    "dub": "dub|даб",
    "club": r"club|клубн\w+|クラブ",
    "session": "sessions?|sesion(?:es)?|sessao|seance|seduta|сессия|セッション|세션",
    "reprise": "reprise|reprisa|реприза|リプライズ",
    "interlude": "interlude|interludio|intermezzo|zwischenspiel|интерлюдия|インタールード|间奏|間奏",
    "intro": "intro(?:duction)?|introduccion|вступление|イントロ",
    "outro": "outro|аутро|アウトロ",
    "skit": "skit|скит|スキット",
    "alternate": "alternat(?:e|ive)|alternativ[ao]|outtake|take|toma|prise",
    "commentary": (
        r"commentary|comentarios?|commentaire|kommentar|комментар\w+|voice memo|spoken word"
        "|interview|entrevista"
    ),
    "mono": "mono|монo|モノラル",
    "clean": "clean|censored|censurad[oa]|limpia|limpo",
    "bootleg": "bootleg|бутлег",
    "choir": "choir|chorus|coro|chor|choeur|хор|合唱",
    "band": "banda|mariachi|norten[oa]|big ?band|band",
    "mashup": "mash ?-?up|medley|megamix|mixed|мэшап|メドレー|popurri|potpourri",
    "eight_d": "8d(?: audio)?",
    "english": (
        r"english|ingles|inglesa|anglais|englisch\w*|inglese|engelsk|engelse?|angielsk\w+"
        r"|англ(?:ииск\w+|\.)|英語|英语|영어|по англииски"
    ),
    "spanish": (
        r"spanish|espanol(?:a)?|espagnol(?:e)?|spanisch\w*|spagnol[oa]|espanhol(?:a)?|castellano"
        r"|spaanse?|испанск\w+|スペイン語|西班牙语|西班牙語|스페인어"
    ),
    "french": (
        r"french|francais(?:e)?|franzosisch\w*|frances[ae]?|französisch\w*|fransk|franse?"
        r"|французск\w+|フランス語|法语|法語|프랑스어"
    ),
    "german": (
        r"german|aleman(?:a)?|allemand(?:e)?|deutsch\w*|tedesc[ao]|alemao|tysk|duitse?|немецк\w+"
        "|ドイツ語|德语|德語|독일어"
    ),
    "italian": r"italian[oa]?|italien(?:ne)?|italienisch\w*|итальянск\w+|イタリア語|意大利语|이탈리아어",
    "portuguese": (
        r"portuguese|portugues(?:a)?|portugais(?:e)?|portugiesisch\w*|portoghese|португальск\w+"
        "|ポルトガル語|葡语"
    ),
    "japanese": (
        r"japanese|japones(?:a)?|japonais(?:e)?|japanisch\w*|giapponese|японск\w+|日本語|日语|日語"
        "|일본어"
    ),
    "korean": (
        r"korean|corean[oa]|coreen(?:ne)?|koreanisch\w*|корейск\w+|кореиск\w+|韓国語|韩语|韓語"
        "|한국어"
    ),
    "mandarin": (
        r"mandarin|chinese|chin[oa]|chinois(?:e)?|chinesisch\w*|китаиск\w+|中国語|中文|国语|國語"
        "|중국어"
    ),
    "cantonese": "cantonese|粤语|粵語|広東語",
    "russian": r"russian|rus[oa]|russe|russisch\w*|русск\w+|ロシア語|俄语",
    "arabic": r"arabic|arabe|arabisch\w*|عربي\w*|арабск\w+",
    "swedish": r"swedish|svensk\w*|schwedisch\w*|sueco|suedois(?:e)?",
    "hindi": "hindi|хинди",
}

# Words by which no recordings differ. A year goes with those of the first list.
REMASTER = (
    r"(?:24[ -]?bit )?(?:(?:digital(?:ly|e|er)?|neu|newly|fully|edicion|edition|24[ -]?bit|hd|hi ?-?res) )?"
    r"(?:re ?-?master\w*|gemastert\w*|rimasterizzat[oa])(?: '?\d\d(?!\d))?"
    r"|ремастер\w*|ρεμαστερ\w*|רימאסטר|リマスター(?:リング|ド)?|デジタル ?リマスター|리마스터(?:링|드)?"
    r"|重制|重製|数码修复|digital master|(?:19|20)\d\d master"
)
HARMLESS = (
    "album (?:version|edit|mix|cut)|lp (?:version|mix)"
    "|(?:version|fassung|versao|versione) (?:del |do |de l'|dell')?album|albumversion"
    "|albumfassung|album|lp"
    r"|original (?:mix|version|recording|studio recording|studio version|edit|master)(?: (?:19|20)\d\d)?"
    "|originalversion|original(?:e|fassung)?|version originale?|studio(?: version| recording)?"
    "|studioversion|main (?:version|mix)|standard(?: version)?|stereo(?: mix| version| sound)?"
    "|ステレオ|bonus(?: ?track)?(?: version)?|hidden track|deluxe(?: edition| version)?"
    "|super deluxe|expanded(?: edition)?|special edition"
    r"|(?:\d+(?:st|nd|rd|th)? )?anniversary(?: edition)?(?! version)|collectors? edition|edition"
    "|explicit(?: version| lyrics?)?"
    "|(?:original )?(?:motion picture|film|movie|television|series|game|cast)? ?soundtrack(?! version)|ost"
    r"|(?:prod|produced)(?: by|\.)? .+"
    "|official(?: (?:music|lyrics?|hd|4k))*(?: (?:video|audio|visuali[sz]er|clip|track))?(?: hd| 4k)?"
    "|video ?oficial|audio ?oficial|clip officiel|videoclip(?: oficial)?"
    r"|offizielles (?:musik)?video|официальн\w+ (?:клип|видео)|(?:music|lyrics?|4k|hd) video|lyrics?"
    "|letra|visuali[sz]er|audio|hd|hq|4k|hi ?-?res|full audio|free download|ボーナストラック"
    "|보너스 트랙|オリジナル(?:バージョン)?|原版|アルバム(?:バージョン)?|premiere|exclusive"
    "|remast"
)

# Words that only say that there are several recordings, and what stands between the others.
VERSION = (
    "versi[oe]n[es]?|version|vers|ver|versao|versione|versio|versie|versjon|wersja|verze|verzio"
    "|verzija|versiyonu?|versi|версия|версии|вариант|εκδοχη|εκτελεση|גרסה|גרסת|نسخة|バージョン"
    "|ヴァージョン|버전|版本|版|aufnahme|fassung|recordings?|recorded|phien ban"
)
LITTLE_WORDS = (
    "the|an?|at|in|from|on|of|by|de|la|el|le|les|du|des|au|aux|am|im|aus|vom|von|der|die|das|den"
    "|dal|dalla|del|della|do|da|dos|na|en|em|w|fra|fran|pa|et|y|and|und|с|в|на|из"
)

# Numbered members of one work, as titles name them.
NUMBERED: dict[str, str] = {
    "part": (
        "parts?|pts?|teil|parties?|partes?|parti|deel|del|dio|czesc|cz|cast|rész|resz|osa|bolum"
        "|часть|частина|част|ч|μερος|חלק|الجزء|जزء|パート|파트|부분"
    ),
    "volume": "vol|vols|volume|volumen|volumes?|tome|band|том|τομος|ボリューム|볼륨",
    "chapter": "chapter|ch|capitulo|chapitre|kapitel|capitolo|глава|chap|rozdzial|hoofdstuk",
    "episode": "episodes?|ep|episodio|folge|эпизод|выпуск|aflevering|avsnitt|odcinek",
    "act": "act|acte|acto|atto|akt|деиствие",
    "scene": "scene|escena|scena|szene|сцена",
    "book": "book|livre|libro|buch|книга",
    "take": "take|toma",
    "movement": "movement|mvt|satz|mouvement|movimiento|movimento|tempo",
    "no": "no|nr|num|number|numero|n°|nº|№|#|номер|nummer",
    "op": "op|opus|опус|оп",
}
NUMBER_WORDS: dict[str, str] = {
    "1": (
        "one|uno|una|un|une|eins|erster|first|первая|один|primera|primeira|premiere|prima|i|一"
        "|ett|een|jeden|pierwsza"
    ),
    "2": (
        "two|dos|deux|zwei|zweiter|second|вторая|два|segunda|deuxieme|seconda|due|dois|ii|二|tva|twee|druga"
    ),
    "3": ("three|tres|trois|drei|dritter|third|третья|три|tercera|troisieme|terza|tre|iii|三|drie|trzecia"),
    "4": "four|cuatro|quatre|vier|fourth|четвертая|четыре|cuarta|quatrieme|quarta|quattro|iv|四",
    "5": "five|cinco|cinq|funf|fifth|пятая|пять|quinta|cinquieme|cinque|v|五",
    "6": "six|seis|sechs|sixth|шестая|шесть|sexta|sei|vi|六",
    "7": "seven|siete|sept|sieben|seventh|семь|sete|sette|vii|七",
    "8": "eight|ocho|huit|acht|eighth|восемь|oito|otto|viii|八",
    "9": "nine|nueve|neuf|neun|ninth|девять|nove|ix|九",
    "10": "ten|diez|dix|zehn|tenth|десять|dez|dieci|x|十",
    "11": "eleven|xi",
    "12": "twelve|xii",
    "13": "xiii",
    "14": "xiv",
    "15": "xv",
    "16": "xvi",
    "17": "xvii",
    "18": "xviii",
    "19": "xix",
    "20": "xx",
}

# Who plays along and makes another recording of it, where a singer would be a guest.
ENSEMBLES = (
    r"orch\w*|orquesta|orkest\w*|philharmoni\w*|symphony|sinfoni\w*|ensemble|quartet(?:t|to)?|cuarteto"
    r"|quatuor|оркестр\w*|хор\w*|オーケストラ|합창단"
)

# Rooms that a song is played in: "From the Basement" names no film.
PLACES = (
    "home|basement|studios?|(?:living )?room|bedroom|kitchen|garage|rooftop|archives?|vaults?|tour|road"
    "|bbc|kexp|npr|quarantine|church|chapel|cathedral"
)

# Before the names of guests; those of the second list in brackets only.
FEATURING = (
    r"feat|ft|featuring|feat\.|ft\.|f/|part\.? esp(?:ecial)?\.?|при участии|при уч"
    "|フィーチャリング|피처링|피쳐링"
)
WITH = (
    r"part\.(?! ?(?:\d|[ivx]+\b|one|two|three))"
    "|with|w/|con|avec|mit|com|med|met|mukana|z|с|wraz z|duet with|a dúo con|a duo con"
    "|duet"
    "|starring|and|&|with guest"
)

# Between names.
CONNECTORS = (
    "and|und|et|y|e|och|og|en|i|и|and the|x|vs|versus|with|con|mit|avec|com|feat|ft|featuring|presents|pres|&"
)

# What stands for nobody in the place of a name.
VARIOUS = (
    "various artists|various|va|v a|verschiedene interpreten|verschiedene|diverse"
    "|diverse interpreten|diverse artister|artistes varies|artistes divers|varios artistas"
    "|varios interpretes|varios|artisti vari|aa vv|aavv|vv aa|diverse kunstnere|blandade artister"
    "|diverse artiesten|div|rozni wykonawcy|разные исполнители|сборник|ヴァリアス アーティスト"
    "|ヴァリアスアーティスト|オムニバス|群星|合辑|여러 아티스트|various interpreters"
    "|unknown artist|unknown|multi interpretes|original cast|cesitli sanatcilar|vegyes eloadok"
    "|vairios"
)
