//! The demo town: division 9901 in the form that `places/9901` writes it down, and loading it into a database.

mod applicants;
mod cases;
mod disclosure;
mod load;
mod pictures;
mod readers;
mod renewed;
mod seals;
mod telling;
mod town;

pub use load::{DemoFault, Loaded, import_setup, load, must_be_demo_or_empty, settle};
pub use town::{Person, PersonKind, Town};

/// One password for all demo accounts; printed, listed on the sign-in page, and useless elsewhere.
pub const PASSWORD: &str = "Yanzheng-9901";

/// The accounts the sign-in page offers: the applicants, and the officers of one county.
pub fn sign_in_choices() -> Vec<identity::DemoAccount> {
    let town = Town::embedded();
    let people = town.people.iter().map(|person| identity::DemoAccount {
        login: person.login.clone(),
        name: person.name.clone(),
        role: says(person.kind).to_owned(),
        place: String::new(),
        password: PASSWORD.to_owned(),
    });
    let place = |code: &str| town.bureaus.iter().find(|b| b.code == code).map_or("", |b| b.name.as_str());
    let officers = town.officers.iter().map(|officer| identity::DemoAccount {
        login: officer.login.clone(),
        name: officer.name.clone(),
        role: posts(officer),
        place: place(&officer.bureau).to_owned(),
        password: PASSWORD.to_owned(),
    });
    people.chain(officers).collect()
}

fn says(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Natural => "个人",
        PersonKind::Legal => "单位",
        PersonKind::Agent => "代办人",
    }
}

fn posts(officer: &town::Officer) -> String {
    let post =
        |code: &String| identity::Post::from_code(code).map_or(code.clone(), |post| post.says().to_owned());
    officer.posts.iter().map(post).collect::<Vec<_>>().join("、")
}

/// The accounts a visitor may use, as text.
pub fn accounts() -> String {
    let town = Town::embedded();
    let mut lines = vec![format!("演示账号（密码都是 {PASSWORD}）：")];
    for person in &town.people {
        lines.push(format!("  {:<12} {}  {}", person.login, says(person.kind), person.name));
    }
    for officer in town.officers.iter().filter(|officer| officer.bureau == "990101") {
        lines.push(format!("  {:<12} 城中区{}  {}", officer.login, posts(officer), officer.name));
    }
    lines.push(
        "  其他区县的工作人员：把账号开头的 cz 换成 gx（高新区）、nh（南河县）、bs（北山县）、dg（东港市）。"
            .into(),
    );
    lines.join("\n")
}
