"""Words that say which law a company is under, not which company it is.

Written as people write them; compared folded and without blanks, so that dots, blanks and capitals
make no difference: "s.r.o.", "S. R. O." and "sro" are one.
"""

#: Taken off before and after a name.
FORMS = """
# English
Ltd | Limited | Co Ltd | Company Limited | LLC | L.L.C. | Limited Liability Company | LLP | LLLP
Limited Liability Partnership | Company | LP | PLC | Public Limited Company | Inc
Incorporated | Corp
Corporation | Co | Pty | Pty Ltd | Proprietary Limited | Pte | Pte Ltd | Pvt | Pvt Ltd
Private Limited
OPC | CIC | PLLC | JSC | Joint Stock Company | OJSC | CJSC | PJSC | FZE | FZCO | FZ LLC
DMCC | WLL
Sdn Bhd | Sdn | Bhd | Berhad | Sendirian Berhad | Unlimited | Teoranta | DAC | CLG
One Member Co Ltd | One Member Limited Liability Company | One Member Company Limited
# Polish
sp. z o.o. | sp. zo.o. | sp. z.o.o. | spółka z o.o. | spółka zoo
spółka z ograniczoną odpowiedzialnością | sp. z ograniczoną odpowiedzialnością
sp. z ogr. odp. | spółka z ogr. odp. | S.A. | spółka akcyjna | sp. akc. | P.S.A.
prosta spółka akcyjna | sp. j. | sp. jawna | spółka jawna | sp. k. | sp. komandytowa
spółka komandytowa | sp. p. | spółka partnerska | S.K.A. | spółka komandytowo-akcyjna | s.c.
spółka cywilna | JDG | sp. z o.o. sp. k.
# Russian, Belarusian, Kazakh
ООО | Общество с ограниченной ответственностью | ОАО | АО | ПАО | ЗАО | НАО | НПАО | ИП | ЧП
ЧУП
Акционерное общество | Открытое акционерное общество | Закрытое акционерное общество
Публичное акционерное общество | Непубличное акционерное общество
Индивидуальный предприниматель
ОДО | ТОО | ЖШС | АҚ | ОсОО | ЖЧК | МЧЖ | Товарищество с ограниченной ответственностью | УП
РУП | ГУП | МУП | ФГУП | АНО
НКО
Общество с дополнительной ответственностью | Унитарное предприятие | ТАА | ААТ | ЗАТ | ПКФ
OOO | OAO | ZAO | PAO | TOO
# Ukrainian
ТОВ | ТзОВ | Т.з.О.В. | ТзДВ | СТОВ | ФГ | ТОВ з ОВ | Товариство з обмеженою відповідальністю
ТДВ | ПП | ФОП
СПД | СПДФО
Товариство з додатковою відповідальністю | Приватне підприємство | Фізична особа-підприємець
Фізична особа підприємець | ПрАТ | ПАТ | АТ | ВАТ | Акціонерне товариство | ДП | КП
Приватне акціонерне товариство | Публічне акціонерне товариство | Відкрите акціонерне товариство
Закрите акціонерне товариство | Державне підприємство | Комунальне підприємство | МПП | СФГ
TOV | TzOV | PrAT | FOP
# Vietnamese
Công ty | Cty | CT TNHH | Công ty TNHH | Cty TNHH | TNHH | TNHH MTV | Công ty TNHH MTV | MTV
TNHH 1TV
TNHH Một thành viên | TNHH 1 thành viên | Công ty TNHH 1 thành viên | HTX | Hợp tác xã
Công ty TNHH Một thành viên | TNHH 1 thành viên | Công ty TNHH 1 thành viên | HTX | Hợp tác xã
TNHH Hai thành viên | TNHH 2TV
Công ty TNHH Hai thành viên trở lên | Trách nhiệm hữu hạn | Công ty trách nhiệm hữu hạn
Trách nhiệm hữu hạn một thành viên | Công ty trách nhiệm hữu hạn một thành viên
Công ty Cổ phần | Cty Cổ phần | Cty CP | Công ty CP | Cổ phần | CTCP | CTY | DNTN
Doanh nghiệp tư nhân | Hộ kinh doanh | HKD | Công ty hợp danh | Công ty TNHH TM | Một thành viên
# German
GmbH | mbH | gGmbH | Gesellschaft mit beschränkter Haftung | Gesellschaft mbH | GesmbH
GmbH & Co. KG | GmbH und Co. KG | GmbH u. Co. KG | GmbH & Co. OHG | und Co. KG | u. Co. KG
GmbH & Co. KGaA | AG | AG & Co. KG | KG | KGaA | OHG | OG | GbR | UG | UG (haftungsbeschränkt)
haftungsbeschränkt | UG (haftungsbeschränkt) & Co. KG | e.K. | e.Kfm. | e.U. | e.V. | e.G.
eG | PartG
PartG mbB | Partnerschaft mbB | Co. KG | & Co | Aktiengesellschaft | Kommanditgesellschaft
SE | SE & Co. KG
eingetragener Verein | eingetragene Genossenschaft | Einzelunternehmen | Unternehmergesellschaft
# Czech, Slovak
s.r.o. | spol. s r.o. | společnost s r.o. | spoločnosť s r.o. | společnost s ručením omezeným
spoločnosť s ručením obmedzeným | a.s. | akc. spol. | akciová společnost | akciová spoločnosť
k.s.
v.o.s. | z.s.
komanditní společnost | veřejná obchodní společnost | o.p.s. | o.z. | j.s.a. | s.p. | z.ú.
# Hungarian, Romanian
Kft. | Zrt. | Nyrt. | Rt. | Bt. | Kkt. | Korlátolt Felelősségű Társaság | Betéti Társaság
Zártkörűen Működő Részvénytársaság | Nyilvánosan Működő Részvénytársaság | Részvénytársaság
S.R.L. | S.R.L.-D | S.C. | PFA | Societate cu răspundere limitată | Societate pe acțiuni
# French, Belgian, Swiss, Luxembourg
SARL | S.à r.l. | Sàrl | SAS | SASU | EURL | EIRL | SNC | SCI | SCOP | SCA | SCS
Société anonyme
Société à responsabilité limitée | Société par actions simplifiée | GIE | BVBA | SPRL | SCRL
CVBA
Sagl | ASBL | VZW
# Italian, Spanish, Portuguese
S.p.A. | S.r.l. | S.r.l.s. | S.n.c. | S.a.s. | S.a.p.a. | Società per azioni
Società a responsabilità limitata | Soc. Coop. | S.L. | S.L.U. | S.L.L. | S.A.U. | S. Coop.
C.B.
Sociedad Limitada | Sociedad Anónima | Sociedad de responsabilidad limitada | S. de R.L. de C.V.
S.A. de C.V. | S.A.B. de C.V. | y Cía | Cía. Ltda. | Ltda ME | S.A.P.I. de C.V.
S.A.S. de C.V. | S.A.C. | S.R.L. de C.V. | Lda. | Ltda.
EIRELI
Sociedade Anónima | Sociedade Limitada | Limitada | Unipessoal Lda | Limitada ME | S.A.S. | S/A
# Dutch
B.V. | N.V. | V.O.F. | C.V. | Besloten Vennootschap | Naamloze Vennootschap | Stichting
# Nordic, Baltic
AB | Aktiebolag | Handelsbolag | AB (publ) | HB | KB | A/S | ApS | I/S | K/S | P/S | AS | ASA
ANS
Aktieselskab
Anpartsselskab | Oy | Oyj | Oy Ab | Ky | Osakeyhtiö | ehf. | hf. | UAB | MB | OÜ | SIA | TÜ
Uždaroji akcinė bendrovė | Akcinė bendrovė | Osaühing | Aktsiaselts
Sabiedrība ar ierobežotu atbildību
Akciju sabiedrība | VšĮ | IĮ | IK
# South Slavic, Bulgarian, Greek, Albanian
d.o.o. | j.d.o.o. | d.d. | a.d. | d.o.o.e.l. | DOOEL | k.d. | d.n.o. | s.p. | д.о.о. | а.д.
ДООЕЛ | о.д.
Društvo s ograničenom odgovornošću | Družba z omejeno odgovornostjo
Друштво са ограниченом одговорношћу
EOOD | OOD | AD | EAD | ET | ЕООД | ООД | АД | ЕАД | ЕТ | КДА | СД
Α.Ε. | Ε.Π.Ε. | Ι.Κ.Ε. | Ο.Ε. | Ε.Ε. | Μ.Ι.Κ.Ε. | Α.Β.Ε.Ε. | Sh.p.k. | Sh.a.
Ανώνυμη Εταιρεία | Ανώνυμη Εταιρία | A.E. | E.P.E.
# Turkish
A.Ş. | Tic. A.Ş. | San. Tic. Ltd. Şti. | Anonim Şirketi | Ltd. Şti. | Limited Şirketi | Şti.
Tic. Ltd. Şti.
San. ve Tic. Ltd. Şti.
San. ve Tic. A.Ş. | Sanayi ve Ticaret A.Ş. | Sanayi ve Ticaret Ltd. Şti.
Sanayi ve Ticaret Limited Şirketi
# Caucasus, Indonesia, Middle East
ՍՊԸ | ՓԲԸ | ԲԲԸ | შპს | სს | MMC | ASC | QSC | PT | CV | Tbk | Perseroan Terbatas | Persero
K.K. | G.K. | Y.K.
בע"מ | בע״מ | בעמ | حصة | ش.م.م | ذ.م.م | ش.م.ل | ش.م.ع | شركة | ذات مسؤولية محدودة | المحدودة
# India, Thailand
प्राइवेट लिमिटेड | लिमिटेड | प्रा. लि. | লিমিটেড | প্রাইভেট লিমিটেড | லிமிடெட் | บจก. | บมจ.
หจก.
# East Asia, where no blank stands between: short signs in brackets
株 | 有 | 合 | 주 | 유 | (株) | (有) | (주) | (유)
"""

#: Letters that write no blanks between words: taken off from the word itself.
GLUED = """
株式会社 | 有限会社 | 合同会社 | 合資会社 | 合名会社 | 一般社団法人 | 一般財団法人
公益社団法人 | 公益財団法人
有限责任公司 | 有限責任公司 | 股份有限公司 | 集团有限公司 | 集團有限公司 | 有限公司 | 股份公司
合伙企业 | 公司
株式會社 | 有限會社 | 주식회사 | 유한회사 | 유한책임회사 | 합자회사 | บริษัท | จำกัด | มหาชน
ห้างหุ้นส่วนจำกัด | ห้างหุ้นส่วน
"""

#: Parts of names or words besides: taken off at the ends of a name only.
AT_ENDS = """
Co | SAS | SIA | SPA | ASA | SCA | SCI | DAC | Limitada | Stichting | Unlimited
Company Limited | Cổ phần | Limited | Corporation | Company | Incorporated
PKF | Công ty | Cty | CTY | Một thành viên | شركة | MTV | HKD | Persero | Sdn | ANO | ТОО
TOO | Tov | PAT
PAO | FOP | CIC | OPC | CLG | ASC | Tbk | НАО | АНО | ПАТ | ВАТ | СФГ | МПП | ET | حصة
Teoranta
"""

#: Never written before a name, which may begin with them: "Co-op Foods", "Inc. Magazine".
NOT_BEFORE = """
Co | Ltd | Limited | Inc | Incorporated | Corp | Corporation | Company | LLP | LP | PLC
Unlimited
Pty | Pte | Pvt | LLC | OPC | CIC | KG | AG | OG | SE | OHG | e.V. | e.G. | e.K. | e.U. | HB | KB
BV | NV | AD | EAD | ET | OD | Rt | Bt | Kft | SCA | SPA | GK | KK | ASA | ANS | DAC
"""


def entries(table):
    """The forms of one of these tables."""
    lines = (line for line in table.splitlines() if not line.startswith("#"))
    return [form.strip() for line in lines for form in line.split("|") if form.strip()]
