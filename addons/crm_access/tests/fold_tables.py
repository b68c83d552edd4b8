"""Names, addresses and numbers as people write them: what is the same, what is not, and why.

Used for the functions that make the keys, and for contacts and leads that are really searched.
"""

#: Why they are the same → spellings of one name.
SAME_NAMES = {
    "capitals and blanks": ["ACME Tools", "Acme tools", " acme  TOOLS ", "Acme\ttools"],
    "no-break, narrow and ideographic blanks": ["Acme Tools", "Acme\u00a0Tools", "Acme\u202fTools"]
    + ["Acme\u3000Tools", "Acme\u2009Tools"],
    "zero-width characters, marks of direction, soft hyphen": ["Acme Tools", "Ac\u200bme Tools"]
    + ["\ufeffAcme Tools", "Acme\u200f Tools\u200e", "Ac\u00adme Tools", "Acme Too\u2060ls"],
    "dashes (Unicode Pd) and a minus": ["Coca-Cola", "Coca–Cola", "Coca—Cola", "Coca‑Cola"]
    + ["Coca−Cola", "Coca Cola"],
    "apostrophes": ["O'Neill", "O’Neill", "O`Neill", "ONeill", "Oʼneill"],
    "quotation marks of all languages": ["Ромашка", "«Ромашка»", '"Ромашка"', "„Ромашка“"]
    + ["“Ромашка”", "‹Ромашка›"],
    "full width (NFKC), as East Asian input methods write": ["ABC 123", "ＡＢＣ　１２３"],
    "ligatures": ["Fluffi", "Fluﬃ"],
    "initials": ["J.P. Morgan", "J. P. Morgan", "JP Morgan", "J P Morgan"],
    "initials with a legal form": ["H&M", "H & M", "H & M AB", "H. & M. A.B."],
    # Marks, in NFC and NFD.
    "Polish; ł does not come apart in Unicode": ["Żółw", "Żółw", "Zolw", "ŻÓŁW"],
    "Vietnamese: two marks on a letter": ["Nguyễn Phát", "Nguyễn Phát"]
    + ["Nguyen Phat", "NGUYỄN PHÁT"],
    "Vietnamese đ": ["Đại Đồng", "Dai Dong", "đại đồng"],
    "Czech": ["Škoda Plzeň", "Skoda Plzen", "Škoda Plzeň"],
    "Slovak": ["Ľubovňa", "Lubovna"],
    "Hungarian": ["Győri Keksz", "Gyori Keksz"],
    "Romanian: comma and cedilla below": ["Țiriac Ștefan", "Ţiriac Ştefan", "Tiriac Stefan"],
    "Turkish: dotted and dotless i": ["İstanbul Işık", "Istanbul Isik", "ISTANBUL ISIK"]
    + ["istanbul ışık"],
    "German: ß and capital ẞ": ["Weißbier", "WEISSBIER", "Weissbier", "WEIẞBIER"],
    "Danish and Norwegian": ["Ærø Smør", "Aero Smor", "ÆRØ SMØR"],
    "French œ": ["Cœur d'Œuvre", "Coeur d’Oeuvre"],
    "Icelandic þ and ð": ["Þór Garðar", "Thor Gardar"],
    "Maltese ħ": ["Għajn", "Ghajn"],
    "Spanish and Portuguese": ["Peñón São", "Penon Sao"],
    "Lithuanian and Latvian": ["Žalgiris Ķekava", "Zalgiris Kekava"],
    "Azerbaijani ə": ["Bakı Əliyev", "Baki Eliyev"],
    "Russian ё": ["Пётр Тёплый", "Петр Теплый", "ПЁТР ТЁПЛЫЙ", "Пётр Тёплый"],
    "Russian й in NFD": ["Крайний", "Крайний"],
    "Ukrainian ґ and ї in NFD": ["Ґрунт Їжа", "Грунт Їжа"],
    "Belarusian ў": ["Будаўнік", "Будаўнік"],
    "Greek: final sigma and accents": ["Γιώργος", "ΓΙΩΡΓΟΣ", "Γιωργος", "Γιώργοσ"],
    "Arabic: vowels, tatweel, two kinds of yeh and kaf": ["مكتبة", "مَكْتَبَة", "مكتـــبة", "مکتبة"],
    "Hebrew: points": ["שלום", "שָׁלוֹם"],
    "Japanese: half-width kana": ["トヨタ", "ﾄﾖﾀ"],
    "Korean: jamo and syllables": ["삼성", "삼성"],
    "Hindi: nukta as one or two code points": ["ज़मीन", "ज़मीन"],
    "Thai: sara am as one or two code points": ["น้ำ", "น้\u0e4d\u0e32"],
    "Arabic digits": ["Store 24", "Store ٢٤"],
    # Legal forms, before and after.
    "Polish sp. z o.o. in all spellings": ["Biuro", "Biuro Sp. z o.o.", "BIURO SP.Z O.O."]
    + ["Biuro sp. z o. o.", "Biuro Sp.z.o.o.", "Biuro sp zoo", "Biuro Sp. z o.o", "Biuro SPZOO"]
    + ["Biuro spółka z o.o.", "Biuro Spółka z ograniczoną odpowiedzialnością"],
    "Polish sp. z o.o. sp. k., S.A., s.c.": ["Biuro", "Biuro sp. z o.o. sp. k.", "Biuro S.A."]
    + ["Biuro Spółka Akcyjna", "Biuro sp. j.", "Biuro s.c.", "Biuro P.S.A."],
    "Russian, with the form before": ["Ромашка", "ООО Ромашка", "ООО «Ромашка»", 'ООО"Ромашка"']
    + ["Ромашка, ООО", "о.о.о. Ромашка", "Общество с ограниченной ответственностью «Ромашка»"]
    + ["АО Ромашка", "ПАО «Ромашка»", "ЗАО Ромашка", "ИП Ромашка"],
    "Ukrainian": [
        "Світанок",
        "ТОВ «Світанок»",
        "ТзОВ Світанок",
        "Т.з.О.В. Світанок",
        "ТОВ Світанок",
    ]
    + ["Товариство з обмеженою відповідальністю «Світанок»", "ПрАТ «Світанок»", "ФОП Світанок"],
    "Belarusian and Kazakh": ["Нива", "ТОО Нива", "ОДО Нива", "ЧУП «Нива»"],
    "Vietnamese, before the name": ["Minh Long", "Công ty TNHH Minh Long", "CTY TNHH Minh Long"]
    + ["Công ty Cổ phần Minh Long", "Công ty TNHH MTV Minh Long", "CTCP Minh Long"]
    + ["Cong ty TNHH Minh Long", "CÔNG TY TNHH MINH LONG", "Minh Long Co., Ltd"],
    "German": ["Müller Bau", "Müller Bau GmbH", "Müller Bau GmbH & Co. KG", "Müller Bau G.m.b.H."]
    + ["Müller Bau GmbH&Co.KG", "MÜLLER BAU GMBH & CO KG", "Müller Bau mbH", "Muller Bau AG"]
    + ["Müller Bau UG (haftungsbeschränkt)", "Müller Bau e.K.", "Müller Bau OHG"],
    "Czech and Slovak": ["Novák", "Novák s.r.o.", "Novák s. r. o.", "Novák spol. s r.o."]
    + [
        "Novák, spol. s r. o.",
        "Novák společnost s r.o.",
        "Novák a.s.",
        "NOVAK SRO",
        "Novák, v.o.s.",
    ],
    "Hungarian forms": ["Kovács", "Kovács Kft.", "Kovács KFT", "Kovács Zrt.", "Kovács Bt."],
    "Romanian forms": ["Ionescu", "S.C. Ionescu S.R.L.", "SC Ionescu SRL", "Ionescu SRL"],
    "Lithuanian, Latvian, Estonian, before": ["Saulė", "UAB Saulė", 'UAB "Saulė"', "SIA Saulė"]
    + ["Saulė, UAB", "OÜ Saulė", "Saule OU"],
    "Nordic": [
        "Berg",
        "Berg AB",
        "Berg A/S",
        "Berg AS",
        "Berg ApS",
        "Berg Oy",
        "Berg Oyj",
        "AB Berg",
    ],
    "Dutch and Belgian": ["De Vries", "De Vries B.V.", "De Vries BV", "De Vries N.V."]
    + ["De Vries BVBA"],
    "French": ["Dupont", "Dupont SARL", "SARL Dupont", "Dupont S.A.R.L.", "Dupont S.à r.l."]
    + ["Dupont SAS", "Dupont S.A.S.", "Dupont SA", "SAS Dupont"],
    "Italian": ["Rossi", "Rossi S.p.A.", "Rossi SpA", "Rossi S.r.l.", "Rossi SRL", "Rossi s.n.c."],
    "Spanish and Portuguese forms": ["García", "García S.L.", "García, S.A.", "García SLU"]
    + ["Garcia S.A. de C.V.", "García Lda.", "García Ltda"],
    "German, in words": [
        "Müller Bau",
        "Müller Bau GmbH und Co. KG",
        "Müller Bau Gesellschaft m.b.H.",
    ],
    "Vietnamese, in words": ["Minh Long", "Công ty TNHH Một thành viên Minh Long"]
    + [
        "Công ty Trách nhiệm hữu hạn Minh Long",
        "DNTN Minh Long",
        "Công ty TNHH 1 thành viên Minh Long",
    ],
    "Central Asia": ["Нур", "ТОО «Нур»", "ЖШС Нур", "ОсОО Нур", "АҚ Нур"],
    "English in words": ["Acme", "Acme Company", "Acme & Co.", "Acme Public Limited Company"],
    "English": [
        "Acme",
        "Acme Ltd",
        "Acme Ltd.",
        "Acme Limited",
        "Acme, Inc.",
        "Acme Inc",
        "Acme LLC",
    ]
    + [
        "Acme L.L.C.",
        "Acme Corp.",
        "Acme Corporation",
        "Acme PLC",
        "Acme Co., Ltd.",
        "Acme Pty Ltd",
    ]
    + ["Acme Pvt. Ltd.", "Acme LLP", "Acme Pte. Ltd."],
    "South Slavic": ["Jadran", "Jadran d.o.o.", "Jadran D.O.O.", "Jadran doo", "Jadran d. o. o."]
    + ["Jadran d.d.", "Jadran j.d.o.o."],
    "Serbian and Macedonian in Cyrillic": ["Јадран", "Јадран д.о.о.", "Јадран ДОО"],
    "Bulgarian": ["Изгрев", "Изгрев ЕООД", "Изгрев ООД", '"Изгрев" ЕООД', "Изгрев АД"],
    "Greek forms": ["Ήλιος", "Ήλιος Α.Ε.", "ΗΛΙΟΣ ΑΕ", "Ήλιος Ε.Π.Ε.", "Ήλιος Ι.Κ.Ε."],
    "Turkish forms": ["Yıldız", "Yıldız A.Ş.", "Yıldız Ltd. Şti.", "YILDIZ LTD ŞTİ", "Yıldız AŞ"]
    + ["Yıldız San. ve Tic. Ltd. Şti."],
    "Georgian and Armenian": ["მზე", "შპს მზე", "შპს „მზე“"],
    "Indonesian and Malay": ["Maju Jaya", "PT Maju Jaya", "PT. Maju Jaya", "PT Maju Jaya Tbk"]
    + ["Maju Jaya Sdn. Bhd.", "Maju Jaya Sdn Bhd", "CV Maju Jaya"],
    "Japanese, glued to the name": [
        "山田商店",
        "株式会社山田商店",
        "山田商店株式会社",
        "（株）山田商店",
    ]
    + ["㈱山田商店", "山田商店(株)", "有限会社山田商店"],
    "Chinese, simplified": ["华新", "华新有限公司", "华新有限责任公司", "华新股份有限公司"],
    "Chinese, traditional": ["大同", "大同有限公司", "大同股份有限公司"],
    "Korean forms": [
        "한빛",
        "주식회사 한빛",
        "한빛 주식회사",
        "(주)한빛",
        "㈜한빛",
        "주식회사한빛",
    ],
    "Thai": ["ไทย", "บริษัท ไทย จำกัด", "บริษัทไทยจำกัด"],
    "Hebrew": ["אור", 'אור בע"מ', "אור בע״מ", "אור בעמ"],
    "Arabic": ["النور", "شركة النور", "النور ذ.م.م", "شركة النور ذ.م.م."],
    "Hindi": ["टाटा", "टाटा लिमिटेड", "टाटा प्राइवेट लिमिटेड", "टाटा प्रा. लि."],
}

#: Why they are two → two names.
DIFFERENT_NAMES = {
    "letters, not a form, within a word": ("Salon", "Alon"),
    "a form's letters begin a name": ("Agora", "Ora"),
    "and end one": ("Comag", "Com"),
    "a name that is nothing but a form stays whole": ("AG", "SA"),
    "numbers tell branches apart": ("Store 1", "Store 11"),
    "й is no и with a mark to a reader, yet another word": ("Мир", "Мирон"),
    "Japanese voicing makes another kana": ("カキ", "ガキ"),
    "Hindi vowels are signs on letters": ("कल", "काल"),
    "Thai vowels are signs on letters": ("กา", "กี"),
    "two letters within a name are a part of it": ("La SA Fayette", "La Fayette"),
    "the order of words": ("North West", "West North"),
    "English forms do not stand before a name": ("Co-op Foods", "Op Foods"),
    "nor do these words": ("Limited Edition", "Edition"),
    "a magazine, not a form": ("Inc. Magazine", "Magazine"),
    "the name of a bank, not a form": ("KB Home", "Home"),
    "a longer name": ("Acme North", "Acme"),
    "Polish s.c. is not at the beginning of a word": ("Scena", "Ena"),
    "ТОВ is not the beginning of a word": ("Товарик", "Арик"),
}

#: Reason → spellings of one address.
SAME_EMAILS = {
    "capitals and blanks": ["john@acme.pl", " John@ACME.pl ", "JOHN@ACME.PL"],
    "display name, brackets, mailto:": ["john@acme.pl", "John Doe <john@acme.pl>", "<john@acme.pl>"]
    + ['"Doe, John" <john@acme.pl>', "mailto:john@acme.pl"],
    "full stop at the end: of a sentence, or the root of the DNS": ["john@acme.pl", "john@acme.pl."]
    + ["john@acme.pl,", "john@acme.pl;", "(john@acme.pl)"],
    "invisible characters, from web pages": [
        "john@acme.pl",
        "john@acme.pl\u200b",
        "\ufeffjohn@acme.pl",
    ]
    + ["john@acme\u00ad.pl", "john@acme.pl\u00a0"],
    "full width": ["john@acme.pl", "ｊｏｈｎ＠ａｃｍｅ．ｐｌ", "john＠acme.pl"],
    "IDN, German (RFC 3492)": ["info2@müller.de", "info2@xn--mller-kva.de", "info2@MÜLLER.de"],
    "IDN in NFD": ["info2@müller.de", "info2@müller.de"],
    "IDN, Russian": ["pochta@пример.рф", "pochta@xn--e1afmkfd.xn--p1ai", "pochta@ПРИМЕР.РФ"],
    "IDN, Ukrainian": ["lyst@приклад.укр", "lyst@xn--80aikifvh.xn--j1amh"],
    "IDN, Chinese, with an ideographic full stop": ["a1@例子.中国", "a1@xn--fsqu00a.xn--fiqs8s"]
    + ["a1@例子。中国"],
    "IDN, Polish": ["biuro@żółw.pl", "biuro@xn--w-uga1v8h.pl"],
    "plus and dots are a part of the mailbox": ["john.doe+crm@acme.pl", "John.Doe+CRM@acme.pl"],
    "an apostrophe within": ["o'neill@acme.ie", "O'Neill@acme.ie"],
}
#: Reason → (text, all addresses in it).
SEVERAL_EMAILS = {
    "comma": ("a@x1.pl, b@x2.pl", ["a@x1.pl", "b@x2.pl"]),
    "semicolon, as Outlook writes": ("a@x1.pl;b@x2.pl", ["a@x1.pl", "b@x2.pl"]),
    "blank": ("a@x1.pl b@x2.pl", ["a@x1.pl", "b@x2.pl"]),
    "slash": ("a@x1.pl / b@x2.pl", ["a@x1.pl", "b@x2.pl"]),
    "slash without blanks": ("a@x1.pl/b@x2.pl", ["a@x1.pl", "b@x2.pl"]),
    "new line": ("a@x1.pl\nb@x2.pl", ["a@x1.pl", "b@x2.pl"]),
    "a bar": ("a@x1.pl | b@x2.pl", ["a@x1.pl", "b@x2.pl"]),
    "a word between": ("a@x1.pl oder b@x2.pl", ["a@x1.pl", "b@x2.pl"]),
    "names": ("A <a@x1.pl>, B <b@x2.pl>", ["a@x1.pl", "b@x2.pl"]),
    "the same twice": ("a@x1.pl, A@X1.PL", ["a@x1.pl"]),
    "a filler and one": ("none@none.com, a@x1.pl", ["a@x1.pl"]),
}
#: What was entered because the field asked for something.
_EMAIL_FILLERS = """
none@none.com no@no.com n/a@acme.pl na@na.com noemail@acme.pl no-email@example.com test@test.com
test@test.pl test1@test.com abc@abc.com asdf@asdf.com aaa@aaa.aa x@x.com xxx@xxx.xx brak@brak.pl
brak@acme.pl нет@нет.рф немає@немає.укр unknown@unknown.com null@null.com example@example.com
email@email.com keine@keine.de aucun@aucun.fr ninguno@ninguno.es khongco@khongco.vn a@a.a
nomail@nomail.ru noreply-none @ none@ @acme.pl none n/a - 0 brak
"""
EMAIL_FILLERS = _EMAIL_FILLERS.split()

#: Reason → spellings of one number in a country.
SAME_PHONES = {
    "Poland (ITU E.164): +48": (
        "PL",
        [
            "+48 22 123 45 67",
            "22 123 45 67",
            "0048 22 1234567",
            "(22) 123-45-67",
            "+48-22-123-45-67",
            "+48 (22) 1234567",
            "22.123.45.67",
        ],
    ),
    "Ukraine: trunk 0": ("UA", ["+380 44 123 45 67", "044 123-45-67", "00380441234567"]),
    "Russia: trunk 8": ("RU", ["+7 495 123-45-67", "8 (495) 123-45-67", "84951234567"]),
    "Vietnam: trunk 0": ("VN", ["+84 24 3825 2345", "024 3825 2345", "(024) 38252345"]),
    "Germany: (0)": ("DE", ["+49 30 1234567", "030 1234567", "030/1234567", "+49 (0)30 1234567"]),
    "United States": (
        "US",
        ["+1 415-555-2671", "(415) 555-2671", "415.555.2671", "1 415 555 2671"],
    ),
    "United Kingdom": ("GB", ["+44 20 7946 0958", "020 7946 0958", "+44 (0)20 7946 0958"]),
    "France": ("FR", ["+33 1 42 68 53 00", "01 42 68 53 00", "01.42.68.53.00"]),
    "Italy: the 0 stays": ("IT", ["+39 06 6982", "+39066982", "0039 06 6982"]),
    "Arabic digits": ("AE", ["+971 4 123 4567", "+٩٧١ ٤ ١٢٣ ٤٥٦٧"]),
    "full width": ("JP", ["+81 3-1234-5678", "＋８１ ３ー１２３４ー５６７８", "03-1234-5678"]),
    "extension": ("PL", ["+48 22 123 45 68", "22 123 45 68 wew. 12", "+48 22 123 45 68 ext. 12"]),
    "invisible characters": (
        "PL",
        ["+48 22 123 45 69", "\u202a+48 22 123 45 69\u202c", "22\u00a0123\u00a045\u00a069"],
    ),
}
#: Reason → (country, text, all numbers in it).
SEVERAL_PHONES = {
    "comma": ("PL", "22 123 45 67, 22 987 65 43", ["+48221234567", "+48229876543"]),
    "semicolon": ("PL", "221234567;229876543", ["+48221234567", "+48229876543"]),
    "slash": ("PL", "22 123 45 67 / 22 987 65 43", ["+48221234567", "+48229876543"]),
    "new line": ("UA", "044 123 45 67\n050 123 45 67", ["+380441234567", "+380501234567"]),
    "words": ("PL", "tel. 22 123 45 67 kom. 601 234 567", ["+48221234567", "+48601234567"]),
    "a plus begins another": ("PL", "+48221234567+48229876543", ["+48221234567", "+48229876543"]),
    "the same twice": ("PL", "22 123 45 67, +48 22 1234567", ["+48221234567"]),
    "a filler and one": ("PL", "000-000-000, 22 123 45 67", ["+48221234567"]),
}
#: No numbers: fillers, and what a spreadsheet cut.
PHONE_FILLERS = [
    "000-000-0000", "0000000000", "+48 000 000 000", "111-111-1111", "999999999", "123456789",
    "1234567890", "+48 123 456 789", "987654321", "12345", "n/a", "-", "none", "brak", "0", "+",
    "x", "4.82212E+10", "4,82212E+10", "4.82212e+10", "48221234574.0", "48221234574,00", "4.8E10",
    "+48", "555", "٠٠٠٠٠٠٠٠٠", "1234567",
]  # fmt: skip

#: Reason → (country, tax IDs that are one).
SAME_TAX_IDS = {
    "Poland: prefix, dashes, label": (
        "PL",
        [
            "PL5260001246",
            "526-000-12-46",
            "5260001246",
            "NIP 526-000-12-46",
            "NIP: PL 526 000 12 46",
            "pl5260001246",
        ],
    ),
    "Germany": ("DE", ["DE136695976", "136695976", "DE 136 695 976", "USt-IdNr. DE136695976"]),
    "Greece: EL is GR": ("GR", ["EL094019245", "094019245", "GR094019245", "ΑΦΜ 094019245"]),
    "Austria: U belongs to the number": ("AT", ["ATU13585627", "U13585627", "AT U13585627"]),
    "France": ("FR", ["FR23334175221", "23334175221", "FR 23 334175221"]),
    "Netherlands": ("NL", ["NL123456782B90", "123456782B90", "NL 1234.56.782.B90"]),
    "Switzerland: CHE, with the tax behind": (
        "CH",
        ["CHE-123.456.788 MWST", "CHE123456788", "123.456.788", "CHE-123.456.788 TVA"],
    ),
    "Norway: MVA behind": ("NO", ["NO987654325MVA", "987654325", "987 654 325 MVA"]),
    "Spain": ("ES", ["ESB58378431", "B58378431", "B-58378431"]),
    "Northern Ireland: XI": ("GB", ["GB123456782", "XI123456782", "123456782"]),
    "Ukraine": ("UA", ["UA12345670", "12345670", "ЄДРПОУ 12345670"]),
    "Russia: ИНН": ("RU", ["7736207543", "ИНН 7736207543", "RU7736207543"]),
    "Vietnam: branch after a dash": (
        "VN",
        ["0300588569-001", "0300588569001", "MST 0300588569-001"],
    ),
    "full width": ("JP", ["T5810541681", "Ｔ５８１０５４１６８１"]),
    "Brazil": ("BR", ["11.222.333/0001-81", "11222333000181", "CNPJ 11.222.333/0001-81"]),
    "India: GSTIN": ("IN", ["27AAPFU0939F1ZV", "27 AAPFU0939F1ZV", "GSTIN 27AAPFU0939F1ZV"]),
    "Italian codice fiscale begins with letters": (
        "IT",
        ["RSSMRA85T10A562S", "rss mra 85t10 a562s"],
    ),
}
#: Reason → two that are not one: ((country, ID), (country, ID)).
DIFFERENT_TAX_IDS = {
    "another number": (("PL", "PL5260001246"), ("PL", "PL5260001247")),
    "the same digits in two countries": (("PL", "PL1234567802"), ("LT", "LT1234567802")),
    "the same digits, countries by the contacts": (("PL", "1234567802"), ("BG", "1234567802")),
}
#: Tax IDs that are none.
TAX_FILLERS = [
    "0",
    "000000000",
    "PL0000000000",
    "0000000000",
    "n/a",
    "brak",
    "-",
    "999999999",
    "12345",
]
