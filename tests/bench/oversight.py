"""Oversight and contact in DuckDB's SQL, over the histories and over the bare tables, and made-up rows of them."""

import numpy as np
import polars as pl

KNOWN = "WHERE recorded_from <= $known AND recorded_to > $known"
ENDED = "('closed', 'discontinued', 'withdrawn')"
SETTLED = """('contacted', 'contacted through another agency', 'no contact needed', 'unable to contact',
    'not safe or appropriate')"""
# Of two from one day, the later in its list holds.
ORDER = """['no contact needed', 'planned', 'attempted', 'contacted', 'contacted through another agency',
    'unable to contact', 'not safe or appropriate']"""

RAW_COLUMNS = {
    "referral_failures": ["referral_ref", "failure_ref"],
    "people_investigated": ["person_ref", "referral_ref"],
    "duty_statuses": ["person_ref", "from_on"],
    "recommendations": ["recommendation_ref", "referral_ref", "made_on", "extended_to", "responded_on"],
    "people_to_contact": ["person_ref", "application_ref", "identified_on"],
    "contact_states": ["person_ref", "from_on", "state", "look_again_on"],
    "contact_attempts": ["attempt_ref", "person_ref", "attempted_on", "outcome"],
}

HISTORIES = {
    "referrals": f"""
        SELECT in_scope, referred_on, from_on, until_on, status, failures FROM read_parquet('{{referrals}}') {KNOWN}""",
    "investigated": f"""
        SELECT in_scope, from_on, until_on, ended_on FROM read_parquet('{{investigated}}') {KNOWN}""",
    "recommendations": f"""
        SELECT in_scope, made_on, due_on, responded_on FROM read_parquet('{{recommendations}}') {KNOWN}""",
    "people": f"""
        SELECT in_scope, identified_on, from_on, until_on, state, look_again_on, settled_on, first, area
        FROM read_parquet('{{people}}') {KNOWN}""",
    "attempts": f"""
        SELECT in_scope, attempted_on, outcome, area FROM read_parquet('{{attempts}}') {KNOWN}""",
}

STEPS = """
    steps AS (
        SELECT referral_ref, referred_on AS from_on, '' AS event_ref, 'referred' AS status FROM known_referrals
        UNION ALL SELECT referral_ref, happened_on, event_ref, status FROM known_referral_events)"""
TABLES = {
    "referrals": f"""
        WITH {STEPS},
        about AS (SELECT referral_ref, count(*) AS failures FROM known_referral_failures GROUP BY ALL)
        SELECT in_scope, referred_on, from_on, status, coalesce(failures, 0) AS failures,
            lead(from_on) OVER (PARTITION BY referral_ref ORDER BY from_on, length(event_ref), event_ref) AS until_on
        FROM known_referrals JOIN steps USING (referral_ref) LEFT JOIN about USING (referral_ref)""",
    "investigated": f"""
        WITH {STEPS},
        last AS (SELECT referral_ref, max(from_on) AS from_on,
            arg_max(status, (from_on, length(event_ref), event_ref)) AS status FROM steps GROUP BY ALL),
        linked AS (
            SELECT person_ref, r.in_scope, referred_on, CASE WHEN status IN {ENDED} THEN from_on END AS ended_on,
                bool_or(r.in_scope) OVER (PARTITION BY person_ref) AS any_in_scope
            FROM known_people_investigated JOIN known_referrals r USING (referral_ref) JOIN last USING (referral_ref)),
        people AS (
            SELECT person_ref, bool_or(in_scope) AS in_scope, min(referred_on) AS begun_on,
                CASE WHEN count(ended_on) = count(*) THEN max(ended_on) END AS ended_on
            FROM linked WHERE in_scope OR NOT any_in_scope GROUP BY ALL),
        spells AS (
            SELECT person_ref, begun_on AS from_on, NULL AS stepped_on FROM people UNION ALL
            SELECT person_ref, greatest(from_on, begun_on), from_on FROM known_duty_statuses JOIN people USING (person_ref))
        SELECT in_scope, from_on, ended_on,
            lead(from_on) OVER (PARTITION BY person_ref ORDER BY from_on, stepped_on NULLS FIRST) AS until_on
        FROM people JOIN spells USING (person_ref)""",
    "recommendations": """
        SELECT coalesce(r.in_scope, true) AS in_scope, made_on, greatest(made_on + 55, extended_to) AS due_on,
            responded_on
        FROM known_recommendations LEFT JOIN known_referrals r USING (referral_ref)""",
    "people": f"""
        WITH placed AS (
            SELECT person_ref, identified_on, area, coalesce(in_scope, false) AS in_scope
            FROM known_people_to_contact LEFT JOIN known_applications USING (application_ref)),
        states AS (
            SELECT * FROM known_contact_states QUALIFY row_number() OVER (PARTITION BY person_ref, from_on
                ORDER BY list_position({ORDER}, state::VARCHAR) DESC, look_again_on DESC NULLS LAST) = 1),
        spells AS (
            SELECT person_ref, identified_on AS from_on, NULL AS stepped_on, NULL AS state, NULL AS look_again_on,
                true AS first FROM placed UNION ALL
            SELECT person_ref, greatest(from_on, identified_on), from_on, state, look_again_on, false
            FROM states JOIN placed USING (person_ref))
        SELECT in_scope, area, identified_on, from_on, state, look_again_on, first,
            lead(from_on) OVER (PARTITION BY person_ref ORDER BY from_on, stepped_on NULLS FIRST) AS until_on,
            min(from_on) FILTER (state IN {SETTLED}) OVER (PARTITION BY person_ref) AS settled_on
        FROM placed JOIN spells USING (person_ref)""",
    "attempts": """
        SELECT coalesce(in_scope, false) AS in_scope, area, attempted_on, outcome
        FROM known_contact_attempts LEFT JOIN known_people_to_contact USING (person_ref)
            LEFT JOIN known_applications USING (application_ref)""",
}
REFERRED = """
    (SELECT failure_ref, min(referred_on) AS referred_on
    FROM known_referral_failures JOIN known_referrals USING (referral_ref) GROUP BY ALL)"""

STANDS = "greatest(from_on, referred_on) <= $as_at AND (until_on IS NULL OR until_on > $as_at)"
IN_STATE = "in_scope AND from_on <= $as_at AND (until_on IS NULL OR until_on > $as_at)"
UNANSWERED = "in_scope AND made_on <= $as_at AND (responded_on IS NULL OR responded_on > $as_at)"
COUNTS = f"""
    WITH f AS (SELECT
        count(*) FILTER (in_scope AND found_on <= $as_at AND referred_on <= $as_at) AS referred,
        count(*) FILTER (in_scope AND found_on <= $as_at AND (referred_on IS NULL OR referred_on > $as_at))
            AS unreferred,
        count(*) FILTER (in_scope AND harm AND found_on <= $as_at
            AND (referred_on IS NULL OR referred_on > $as_at)) AS harm
        FROM failures),
    r AS (SELECT
        count(*) FILTER (in_scope AND {STANDS}) AS referrals,
        count(*) FILTER (NOT in_scope AND {STANDS}) AS outside,
        count(*) FILTER (in_scope AND {STANDS} AND status NOT IN {ENDED}) AS open,
        count(*) FILTER (in_scope AND {STANDS} AND status NOT IN {ENDED}
            AND greatest(from_on, referred_on) + 28 <= $as_at) AS silent,
        count(*) FILTER (in_scope AND {STANDS} AND failures = 0) AS alone
        FROM referrals),
    i AS (SELECT count(*) FILTER ({IN_STATE} AND (ended_on IS NULL OR ended_on > $as_at)) AS people
        FROM investigated),
    d AS (SELECT
        count(*) FILTER (in_scope AND made_on <= $as_at) AS made,
        count(*) FILTER (in_scope AND made_on <= $as_at AND responded_on <= $as_at) AS answered,
        count(*) FILTER ({UNANSWERED} AND due_on >= $as_at AND due_on <= $as_at + 14) AS due,
        count(*) FILTER ({UNANSWERED} AND due_on < $as_at) AS overdue,
        count(*) FILTER (NOT in_scope AND made_on <= $as_at) AS outside
        FROM recommendations),
    p AS (SELECT
        count(*) FILTER ({IN_STATE}) AS people,
        count(*) FILTER ({IN_STATE} AND state IN ('contacted', 'contacted through another agency')) AS reached,
        count(*) FILTER ({IN_STATE} AND state IS DISTINCT FROM 'no contact needed') AS needed,
        count(*) FILTER ({IN_STATE} AND (state IS NULL OR state NOT IN {SETTLED})) AS waiting,
        count(*) FILTER ({IN_STATE} AND state = 'unable to contact') AS unable,
        count(*) FILTER ({IN_STATE} AND state = 'not safe or appropriate') AS unsafe,
        count(*) FILTER ({IN_STATE} AND state = 'not safe or appropriate' AND look_again_on < $as_at) AS again,
        count(*) FILTER (NOT in_scope AND from_on <= $as_at AND (until_on IS NULL OR until_on > $as_at)) AS outside
        FROM people),
    a AS (SELECT
        count(*) FILTER (in_scope AND attempted_on <= $as_at) AS attempts,
        count(*) FILTER (in_scope AND attempted_on <= $as_at AND outcome = 'reached') AS reaching
        FROM attempts)
    SELECT unnest([
        ('failures_referred', f.referred, NULL), ('failures_not_referred', f.unreferred, NULL),
        ('harm_not_referred', f.harm, NULL), ('referrals', r.referrals, NULL), ('open_referrals', r.open, NULL),
        ('silent_referrals', r.silent, NULL), ('referrals_without_failure', r.alone, NULL),
        ('referrals_outside_scope', r.outside, NULL), ('people_investigated', i.people, NULL),
        ('recommendations', d.made, NULL), ('recommendations_answered', d.answered, NULL),
        ('recommendations_due', d.due, NULL), ('recommendations_overdue', d.overdue, NULL),
        ('recommendations_outside_scope', d.outside, NULL), ('people_to_contact', p.people, NULL),
        ('people_reached', p.reached, NULL), ('share_reached', p.reached, p.needed),
        ('people_waiting', p.waiting, NULL), ('people_unable', p.unable, NULL), ('people_not_safe', p.unsafe, NULL),
        ('people_to_look_at_again', p.again, NULL), ('people_outside_scope', p.outside, NULL),
        ('contact_attempts', a.attempts, NULL), ('share_of_attempts_reaching', a.reaching, a.attempts)]) AS figure
    FROM f, r, i, d, p, a"""
STAGES = """
    UNION ALL SELECT 'days_to_contact', identified_on, settled_on FROM people WHERE in_scope AND first"""

NEVER = 2**17
"""Day number of what never happens: later than every extract."""

STATES = (
    "planned",
    "attempted",
    "contacted",
    "contacted through another agency",
    "unable to contact",
    "no contact needed",
    "not safe or appropriate",
)


def rows_of(making, failures: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Make up what concerns the oversight body and the people to contact, one person for 30 applications.

    making: the register being made. failures: those made up already.
    """
    return {**_oversight(making, failures), **_contact(making)}


def _oversight(making, failures: pl.DataFrame) -> dict[str, pl.DataFrame]:
    chance, count = making.chance, max(making.size // 100, 3)
    refs = failures["failure_ref"].unique().sort()
    of, about = chance.integers(0, count, count), chance.integers(0, len(refs), count)
    pairs = np.unique(np.stack([of, about]), axis=1)
    on = making.began + chance.integers(0, 220, pairs.shape[1])
    links = pl.select(referral_ref=making.refs("Q", pairs[0]), failure_ref=pl.lit(refs.gather(pairs[1])))
    who = np.unique(
        np.stack([chance.integers(0, count // 2 + 1, count), chance.integers(0, count, count)]), axis=1
    )
    under = pl.select(person_ref=making.refs("P", who[0]), referral_ref=making.refs("Q", who[1]))
    duty = np.repeat(np.arange(count // 2 + 1), 2)
    from_on = making.began + np.tile([0, 60], count // 2 + 1) + chance.integers(0, 50, len(duty))
    duties = pl.select(
        person_ref=making.refs("P", duty),
        from_on=making.days(from_on),
        status=pl.lit(pl.Series(making.pick(["suspended", "full duties"], len(duty)), dtype=pl.String)),
    )
    made = making.began + chance.integers(0, 200, count)
    answered = np.where(making.yes(0.6, count), made + chance.integers(0, 80, count), NEVER)
    extended = np.where(making.yes(0.3, count), made + chance.integers(0, 120, count), NEVER)
    recommended = pl.select(
        recommendation_ref=making.refs("L", np.arange(count)),
        referral_ref=making.refs("Q", chance.integers(0, count + 3, count)),
        made_on=making.days(made),
        responded_on=some_days(making, answered),
        extended_to=some_days(making, extended),
    )
    return {
        "referral_failures": making.played(links, making.recorded(on), 0.0, 0.05, {}),
        "people_investigated": making.played(under, making.recorded(made[: who.shape[1]]), 0.0, 0.05, {}),
        "duty_statuses": making.played(duties, making.recorded(from_on), 0.0, 0.05, {}),
        "recommendations": making.finished(recommended, made, answered, "responded_on"),
    }


def _contact(making) -> dict[str, pl.DataFrame]:
    chance, count = making.chance, max(making.size // 30, 3)
    on = making.began + chance.integers(0, 200, count)
    people = pl.select(
        person_ref=making.refs("C", np.arange(count)),
        application_ref=making.refs("A", chance.integers(0, making.size, count)),
        identified_on=making.days(on),
    )
    who = np.repeat(np.arange(count), 3)
    # A state is named by its person and day: no two of a person begin on one.
    from_on = np.repeat(on, 3) + np.tile([0, 10, 40], count) + chance.integers(-3, 7, 3 * count)
    reasons = pl.Series(making.pick(making.lists["unsafe_reasons"], 3 * count), dtype=pl.String)
    unsafe = pl.col("state") == "not safe or appropriate"
    states = pl.select(
        person_ref=making.refs("C", who),
        from_on=making.days(from_on),
        state=pl.lit(pl.Series(making.pick(STATES, 3 * count), dtype=pl.String)),
        look_again_on=making.days(from_on + chance.integers(7, 90, 3 * count)),
    ).with_columns(
        unsafe_reason=pl.when(unsafe).then(pl.lit(reasons)),
        approved_by_ref=pl.when(unsafe).then(pl.lit("AP1")),
    )
    # Attempts have numbers of their own: one in five is made on the day of another.
    attempted = np.where(making.yes(0.2, 3 * count), np.repeat(from_on[::3], 3), from_on)
    outcomes = making.pick(["reached", "no answer"], 3 * count)
    attempts = pl.select(
        attempt_ref=making.refs("T", np.arange(3 * count)),
        person_ref=making.refs("C", who),
        attempted_on=making.days(attempted),
        method=pl.lit("telephone"),
        outcome=pl.lit(pl.Series(outcomes, dtype=pl.String)),
    )
    return {
        "people_to_contact": making.played(people, making.recorded(on), 0.0, 0.02, {}),
        "contact_states": making.played(states, making.recorded(from_on), 0.0, 0.05, {}),
        "contact_attempts": making.played(attempts, making.recorded(attempted), 0.0, 0.02, {}),
    }


def some_days(making, numbers: np.ndarray) -> pl.Expr:
    return pl.when(pl.lit(pl.Series(numbers != NEVER))).then(making.days(numbers))
