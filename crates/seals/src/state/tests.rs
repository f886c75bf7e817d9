use super::*;

fn person(id: &str) -> Person {
    Person { id: id.into(), name: id.into() }
}

fn states() -> Vec<State> {
    let users = Users::new(&[Post::BureauHead], false);
    vec![
        State::Requested { by: person("keeper"), why: "新设机关".into() },
        State::Refused { by: person("head"), why: "名称有误".into() },
        State::Approved { by: person("head") },
        State::Made,
        State::InUse { users: users.clone() },
        State::Suspended { users, why: "遗失核查".into() },
        State::Destroyed { why: "机关撤并".into() },
    ]
}

fn steps() -> Vec<(&'static str, Step)> {
    let users = Users::new(&[Post::LicenceClerk], false);
    let why = || "理由".to_owned();
    vec![
        ("批准", Step::Approve { by: person("head") }),
        ("批准（本人申请）", Step::Approve { by: person("keeper") }),
        ("不批准", Step::Refuse { by: person("head"), why: why() }),
        ("不批准（本人申请）", Step::Refuse { by: person("keeper"), why: why() }),
        ("制作", Step::Make),
        ("启用", Step::HandOut { users }),
        ("启用（没有岗位）", Step::HandOut { users: Users::default() }),
        ("停用", Step::Suspend { why: why() }),
        ("恢复", Step::Resume),
        ("销毁", Step::Destroy { why: why() }),
    ]
}

/// A changed rule shows as one changed cell of tests/seal-steps.txt.
#[test]
fn the_table_of_states_and_steps_is_the_one_in_review() {
    let mut printed = String::new();
    for (name, step) in steps() {
        let cells: Vec<String> = states()
            .into_iter()
            .map(|state| {
                let was = state.says();
                match state.take(step.clone()) {
                    Ok(next) => format!("{was}→{}", next.says()),
                    Err(_) => format!("{was}→—"),
                }
            })
            .collect();
        printed += &format!("{name}: {}\n", cells.join("  "));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seal-steps.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &printed).expect("the expectation can be written");
    }
    let expected = std::fs::read_to_string(path).expect("tests/seal-steps.txt is checked in");
    assert_eq!(printed, expected, "run with UPDATE_EXPECT=1 and read the difference");
}

#[test]
fn a_state_survives_the_table() {
    for state in states() {
        let text = serde_json::to_string(&state).unwrap();
        assert!(text.contains(&format!("\"state\":\"{}\"", state.code())), "{text}");
        assert_eq!(serde_json::from_str::<State>(&text).unwrap(), state);
    }
}

#[test]
fn a_document_sealed_before_a_suspension_stays_good_and_one_sealed_in_it_does_not() {
    let at = |text: &str| -> Timestamp { format!("2026-11-23T{text}Z").parse().unwrap() };
    let mut periods = periods_after(vec![], false, true, at("01:00:00.5"));
    periods = periods_after(periods, true, true, at("01:30:00"));
    periods = periods_after(periods, true, false, at("02:00:00.5"));
    periods = periods_after(periods, false, true, at("03:00:00.5"));
    for (when, good) in [
        ("00:59:59", false),
        ("01:00:00", true),
        ("01:59:59", true),
        ("02:00:00", true),
        ("02:00:01", false),
        ("02:59:59", false),
        ("03:00:00", true),
        ("23:00:00", true),
    ] {
        assert_eq!(in_use_at(&periods, at(when)), good, "{when}");
    }
    let ended = periods_after(periods, true, false, at("04:00:00"));
    assert!(!in_use_at(&ended, at("04:00:01")) && in_use_at(&ended, at("03:30:00")));
    assert!(!in_use_at(&[], at("01:00:00")));
}
