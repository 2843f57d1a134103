from data.terms import Case, Stages
from metrics.catalogue import CATALOGUE
from metrics.metric import Metric
from metrics.statement.text import stemmed, vocabulary_of
from tests.metrics.statement.published import TERMS, VOCABULARY

COUNTS = {each.name for each in CATALOGUE if isinstance(each, Metric) and not each.share}


def test_every_figure_that_a_word_means_is_known():
    for unit in VOCABULARY.units.values():
        named = {*unit.own, *(name for name, _ in unit.clues)}
        assert named <= set(VOCABULARY.figures), unit.name


def test_every_count_of_the_catalogue_can_be_spoken_of():
    assert set(VOCABULARY.figures) >= COUNTS


def test_a_figure_that_statements_speak_of_is_looked_up_in_the_catalogues_own_names():
    places = {place.figure for figure in VOCABULARY.figures.values() for place in figure.places}
    assert places <= COUNTS


def test_a_review_of_other_cases_is_read_by_its_own_word():
    other = vocabulary_of(TERMS.model_copy(update={"case": Case(one="complaint", many="complaints")}))
    found = other.head(stemmed("complaints that were reviewed"), 0)
    assert found is not None
    assert found[1] is not None
    assert found[1].name == "cases"
    assert VOCABULARY.head(stemmed("complaints that were reviewed"), 0) is None


def test_a_review_with_other_words_for_its_stages_is_read_by_them():
    stages = Stages(failure="omission", failures="omissions", failed="let down")
    other = vocabulary_of(TERMS.model_copy(update={"stages": stages}))
    read = other.head(stemmed("omissions that were made"), 0)
    assert read is not None
    assert read[1] is not None
    assert read[1].name == "failures"
    assert other.figures["failures"].words == "omissions"
    assert VOCABULARY.head(stemmed("omissions that were made"), 0) is None


def test_the_opposites_are_made_from_the_definitions_and_the_codes():
    reversed_words = {" ".join(words): meant for words, meant in VOCABULARY.opposites.items()}
    assert reversed_words["adequate research"] == "inadequate research"
    assert reversed_words["complete system"] == "incomplete system"
