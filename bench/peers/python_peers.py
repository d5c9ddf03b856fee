"""python_peers.py: the worker for extractors written in Python.

In: the name of a peer; then on standard input, for each page, a line of JSON
(length, lang, url) and that many bytes.  Out: for each page a line of JSON:
seconds of CPU, and text, html or error.  Each function below is a peer as its
own documentation says to call it; README.md has the reasons.  What is timed
starts from the bytes of the page, so that decoding them counts, done by the
peer itself where it takes bytes.
"""
import json
import logging
import os
import sys
import time

# ISO 639-1 codes of the languages jusText has lists for and corpora use.
JUSTEXT_LISTS = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian",
    "nb": "Norwegian_Bokmal", "nl": "Dutch", "no": "Norwegian_Bokmal",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish",
    "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese"}


def decode(page):
    """Bytes to text for peers that take only text: what users of Beautiful
    Soup get (byte order mark, declaration, then detection)."""
    from bs4.dammit import UnicodeDammit
    return UnicodeDammit(page, is_html=True).unicode_markup or ""


def trafilatura_peer():
    from trafilatura import extract

    def run(page, facts):
        return {"text": extract(page, url=facts.get("url"),
                                include_comments=False) or ""}
    return run


def resiliparse_peer():
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    def run(page, facts):
        tree = HTMLTree.parse_from_bytes(page, detect_encoding(page))
        return {"text": extract_plain_text(tree, main_content=True,
                                           alt_texts=False,
                                           list_bullets=False)}
    return run


def readability_lxml_peer():
    from readability import Document

    def run(page, facts):
        return {"html": Document(page, url=facts.get("url")).summary()}
    return run


def justext_peer():
    import justext
    lists = {}

    def stop_words(lang):
        # No list (Chinese): the mode jusText calls language-independent, an
        # empty list and no share of stop words asked for.
        name = JUSTEXT_LISTS.get(lang)
        if name and name not in lists:
            lists[name] = justext.get_stoplist(name)
        return (lists[name], {}) if name else (
            frozenset(), {"stopwords_low": 0, "stopwords_high": 0})

    def run(page, facts):
        words, options = stop_words(facts.get("lang") or "en")
        paragraphs = justext.justext(page, words, **options)
        return {"text": "\n".join(p.text for p in paragraphs
                                  if not p.is_boilerplate)}
    return run


def magic_html_peer():
    from magic_html import GeneralExtractor
    extractor = GeneralExtractor()

    def run(page, facts):
        found = extractor.extract(decode(page),
                                  base_url=facts.get("url") or "")
        return {"html": found.get("html") or ""}
    return run


def newspaper4k_peer():
    from newspaper import Article
    from newspaper.utils import get_available_languages
    known = set(get_available_languages())

    def run(page, facts):
        lang = facts.get("lang")
        article = Article(facts.get("url") or "", fetch_images=False,
                          language=lang if lang in known else None)
        article.download(input_html=decode(page))
        article.parse()
        return {"text": article.text}
    return run


def boilerpy3_peer():
    from boilerpy3.extractors import ArticleExtractor
    extractor = ArticleExtractor()

    def run(page, facts):
        return {"text": extractor.get_content(decode(page))}
    return run


PEERS = {"trafilatura": trafilatura_peer, "resiliparse": resiliparse_peer,
         "readability-lxml": readability_lxml_peer, "justext": justext_peer,
         "magic-html": magic_html_peer, "newspaper4k": newspaper4k_peer,
         "boilerpy3": boilerpy3_peer}


def answer(run, page, facts):
    start = time.process_time()
    try:
        result = run(page, facts)
    except Exception as problem:  # whatever a peer throws is its result
        result = {"error": f"{type(problem).__name__}: {problem}"[:300]}
    result["seconds"] = time.process_time() - start
    return result


def main():
    # Peers may print: what they print must not get among the answers.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    logging.disable(logging.CRITICAL)
    run = PEERS[sys.argv[1]]()
    source = sys.stdin.buffer
    for line in iter(source.readline, b""):
        facts = json.loads(line)
        page = source.read(facts["length"])
        out.write(json.dumps(answer(run, page, facts)) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
