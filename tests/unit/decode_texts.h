/* decode_texts.h: what test_decode.c converts and wants back.
 *
 * One short news item, written in the languages that use each charset, and
 * the table of charsets: the label under which pages go, and the charset that
 * dc_decode should find.  A paragraph is about what a detector needs.
 */
#ifndef DECODE_TEXTS_H
#define DECODE_TEXTS_H

#include <stddef.h>

/* The same short news item in the languages that use each charset. */
static const char russian[] =
    "Вчера в Москве открылась большая выставка старинных карт и рукописей. "
    "Посетители смогут увидеть редкие экземпляры, которые раньше никогда не "
    "покидали хранилищ библиотеки. Вход для студентов свободный.";
static const char polish[] =
    "Wczoraj w Łodzi otwarto dużą wystawę dawnych map i rękopisów. "
    "Zwiedzający będą mogli zobaczyć rzadkie egzemplarze, które nigdy "
    "wcześniej nie opuściły magazynów biblioteki. Można też kupić źródłowy "
    "katalog, gdyż książka się już ukazała.";
static const char czech[] =
    "Včera byla v Brně otevřena velká výstava starých map a rukopisů. "
    "Návštěvníci budou moci vidět vzácné exempláře, které dosud nikdy "
    "neopustily sklady knihovny. Vstup pro studenty je volný.";
static const char greek[] =
    "Χθες άνοιξε στην Αθήνα μια μεγάλη έκθεση παλαιών χαρτών και "
    "χειρογράφων. Οι επισκέπτες θα μπορούν να δουν σπάνια αντίτυπα, που "
    "ποτέ πριν δεν είχαν βγει από τις αποθήκες. Άλλες εκθέσεις θα "
    "ακολουθήσουν.";
static const char french[] =
    "Hier s’est ouverte à Paris une grande exposition de cartes anciennes. "
    "Les visiteurs pourront y découvrir des pièces rares qui n’avaient "
    "jamais quitté les réserves de la bibliothèque. L’entrée est gratuite "
    "pour les étudiants, même l’été où le château reçoit des élèves.";
static const char german[] =
    "Gestern wurde in München eine große Ausstellung alter Karten eröffnet. "
    "Die Besucher können seltene Stücke sehen, die nie zuvor die Magazine "
    "verlassen haben. Für Schüler ist der Eintritt frei, größere Gruppen "
    "müssen früh buchen.";
static const char turkish[] =
    "Dün İstanbul’da eski haritalar ve el yazmalarından oluşan büyük bir "
    "sergi açıldı. Ziyaretçiler, kütüphanenin depolarından daha önce hiç "
    "çıkmamış nadir örnekleri görebilecekler. Öğrenciler için giriş "
    "ücretsiz.";
static const char hebrew[] =
    "אתמול נפתחה בירושלים תערוכה גדולה של מפות עתיקות וכתבי יד. המבקרים "
    "יוכלו לראות פריטים נדירים שמעולם לא יצאו ממחסני הספרייה.";
static const char arabic[] =
    "افتتح أمس في القاهرة معرض كبير للخرائط القديمة والمخطوطات. وسيتمكن "
    "الزوار من مشاهدة قطع نادرة لم تغادر مخازن المكتبة من قبل.";
static const char thai[] =
    "เมื่อวานนี้มีการเปิดนิทรรศการแผนที่โบราณและต้นฉบับลายมือครั้งใหญ่ในกรุงเทพมหานคร "
    "ผู้เข้าชมจะได้เห็นของหายากที่ไม่เคยออกจากห้องเก็บของห้องสมุดมาก่อน";
static const char simplified[] =
    "昨天，一场大型古地图和手稿展览在北京开幕。参观者将能够看到以前从未离开过"
    "图书馆书库的珍贵藏品。展览将持续到五月底，学生可以免费入场。许多家长带着"
    "孩子来参观，他们对这些古老的地图很感兴趣。";
static const char traditional[] =
    "昨天，一場大型古地圖和手稿展覽在台北開幕。參觀者將能夠看到以前從未離開過"
    "圖書館書庫的珍貴藏品。展覽將持續到五月底，學生可以免費入場。許多家長帶著"
    "孩子來參觀，他們對這些古老的地圖很感興趣。";
static const char japanese[] =
    "昨日、東京で古い地図と写本の大きな展覧会が始まりました。来場者は、これまで"
    "図書館の書庫から一度も出たことのない貴重な資料を見ることができます。展覧会"
    "は"
    "五月末まで続き、学生は無料で入場できます。カタログもあります。";
static const char korean[] =
    "어제 서울에서 옛 지도와 필사본을 모은 큰 전시회가 열렸습니다. 관람객들은 "
    "지금까지 도서관 서고를 떠난 적이 없는 귀중한 자료를 볼 수 있습니다. "
    "학생은 "
    "무료로 입장할 수 있습니다.";

/* A charset: whose text, under which label, read as what. */
struct family {
    const char *text;
    const char *label;   /* as pages write it; iconv knows it too */
    const char *charset; /* as dc_decode calls it */
};

static const struct family families[] = {
    {russian, "windows-1251", "WINDOWS-1251"},
    {russian, "KOI8-R", "KOI8-R"},
    {russian, "iso-8859-5", "ISO-8859-5"},
    {russian, "ibm866", "IBM866"},
    {polish, "ISO-8859-2", "ISO-8859-2"},
    {polish, "windows-1250", "WINDOWS-1250"},
    {czech, "iso-8859-2", "ISO-8859-2"},
    {czech, "Windows-1250", "WINDOWS-1250"},
    {greek, "windows-1253", "WINDOWS-1253"},
    {greek, "iso-8859-7", "ISO-8859-7"},
    {french, "windows-1252", "WINDOWS-1252"},
    {german, "iso-8859-1", "WINDOWS-1252"},
    {german, "us-ascii", "WINDOWS-1252"},
    {turkish, "windows-1254", "WINDOWS-1254"},
    {hebrew, "windows-1255", "WINDOWS-1255"},
    {arabic, "windows-1256", "WINDOWS-1256"},
    {thai, "tis-620", "WINDOWS-874"},
    {simplified, "gb2312", "GB18030"},
    {simplified, "GBK", "GB18030"},
    {traditional, "big5", "BIG5-HKSCS"},
    {japanese, "Shift_JIS", "CP932"},
    {japanese, "euc-jp", "EUC-JP-MS"},
    {japanese, "iso-2022-jp", "ISO-2022-JP"},
    {korean, "euc-kr", "CP949"},
};
enum { FAMILIES = sizeof families / sizeof families[0] };

#endif
