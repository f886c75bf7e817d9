//! Which step is open when: the table is a file in review.

use super::*;

fn person(id: &str) -> Person {
    Person { id: id.into(), name: format!("姓名{id}") }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const NINE: &str = "2026-11-25T01:00:00Z";
const TEN: &str = "2026-11-25T02:00:00Z";

fn states() -> Vec<(&'static str, State)> {
    let authors = vec![person("author")];
    let writing = Work::Writing { authors: authors.clone(), returned: None };
    let submitted = Work::Submitted { authors: authors.clone(), by: person("author") };
    let approved = Work::Approved { authors, by: person("reviewer"), at: at(NINE) };
    let published = Standing::Published { version: 1, since: at(NINE), until: None };
    let withdrawn = Standing::Withdrawn { version: 1, at: at(NINE), why: "内容有误".into() };
    let repealed =
        Standing::Repealed { version: 1, on: jiff::civil::date(2026, 11, 25), why: "被代替".into() };
    let unpublished = Standing::Unpublished;
    let state = |work: &Work, standing: &Standing| State { work: work.clone(), standing: standing.clone() };
    vec![
        ("draft", state(&writing, &unpublished)),
        ("submitted", state(&submitted, &unpublished)),
        ("approved", state(&approved, &unpublished)),
        ("published", state(&Work::Idle, &published)),
        ("revised", state(&writing, &published)),
        ("revision-in", state(&submitted, &published)),
        ("revision-ok", state(&approved, &published)),
        ("withdrawn", state(&Work::Idle, &withdrawn)),
        ("repealed", state(&Work::Idle, &repealed)),
        ("given-up", state(&Work::Idle, &unpublished)),
    ]
}

fn steps() -> Vec<Step> {
    let why = || "理由".to_owned();
    vec![
        Step::Write { by: person("second") },
        Step::Submit { by: person("author") },
        Step::Return { by: person("reviewer"), why: why() },
        Step::Approve { by: person("reviewer"), at: at(NINE) },
        Step::Discard,
        Step::Publish { now: at(TEN) },
        Step::PlanWithdrawal { until: Some(at(TEN)) },
        Step::Withdraw { at: at(TEN), why: why() },
        Step::Repeal { on: jiff::civil::date(2026, 12, 1), why: why() },
    ]
}

#[test]
fn the_table_of_steps_is_as_written_down() {
    let mut table = format!("{:<12}", "");
    for step in steps() {
        table += &format!(" {:<22}", step.code());
    }
    table = table.trim_end().to_owned() + "\n";
    for (name, state) in states() {
        let mut line = format!("{name:<12}");
        for step in steps() {
            let mark = match state.clone().take(step) {
                Ok(next) => format!("{}/{}", next.work.code(), next.standing.code()),
                Err(_) => "-".to_owned(),
            };
            line += &format!(" {mark:<22}");
        }
        table += &(line.trim_end().to_owned() + "\n");
    }
    let written = include_str!("../../tests/article-steps.txt");
    assert!(table == written, "the table is now:\n{table}");
}

#[test]
fn nobody_who_wrote_in_a_draft_approves_it() {
    let by_two = State::begun(person("a")).take(Step::Write { by: person("b") }).unwrap();
    let sent = by_two.take(Step::Submit { by: person("a") }).unwrap();
    for author in ["a", "b"] {
        let own = sent.clone().take(Step::Approve { by: person(author), at: at(NINE) });
        assert_eq!(own, Err(NotOpen::SamePerson));
    }
    assert!(sent.take(Step::Approve { by: person("c"), at: at(NINE) }).is_ok());
}

#[test]
fn what_is_approved_for_later_is_not_published_earlier_and_the_watchman_knows_when() {
    let (_, approved) = states().into_iter().find(|(name, _)| *name == "approved").unwrap();
    assert_eq!(approved.due(), Some(at(NINE)));
    let early = approved.clone().take(Step::Publish { now: at("2026-11-25T00:59:59Z") });
    assert_eq!(early, Err(NotOpen::TooEarly));
    let public = approved.take(Step::Publish { now: at(NINE) }).unwrap();
    assert_eq!(public.standing.version(), 1);
    assert_eq!(public.due(), None);
    let planned = public.take(Step::PlanWithdrawal { until: Some(at(TEN)) }).unwrap();
    assert_eq!(planned.due(), Some(at(TEN)));
    // The plan outlives the text it was made for, unless its time has come.
    let revised = |now| {
        let sent = planned.clone().take(Step::Write { by: person("a") }).unwrap();
        let sent = sent.take(Step::Submit { by: person("a") }).unwrap();
        let approved = sent.take(Step::Approve { by: person("b"), at: at(NINE) }).unwrap();
        approved.take(Step::Publish { now }).unwrap()
    };
    assert_eq!(revised(at("2026-11-25T01:30:00Z")).due(), Some(at(TEN)));
    assert_eq!(revised(at(TEN)).due(), None);
}

#[test]
fn a_new_text_leaves_the_old_one_public_until_it_is_published() {
    let (_, public) = states().into_iter().find(|(name, _)| *name == "published").unwrap();
    let revised = public.take(Step::Write { by: person("x") }).unwrap();
    assert!(revised.standing.is_public() && revised.says() == "修订起草中");
    let given_up = revised.take(Step::Discard).unwrap();
    assert_eq!(given_up.says(), "已发布");
}
