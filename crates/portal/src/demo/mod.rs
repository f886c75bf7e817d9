//! The demo town: division 9901 in the form that `places/9901` writes it down, and loading it into a database.

mod load;
mod town;

pub use load::{DemoFault, Loaded, load};
pub use town::{Person, PersonKind, Town};

/// One password for all demo accounts; printed, listed on the sign-in page, and useless elsewhere.
pub const PASSWORD: &str = "Yanzheng-9901";

/// The accounts a visitor may use, as text.
pub fn accounts() -> String {
    let town = Town::embedded();
    let mut lines = vec![format!("演示账号（密码都是 {PASSWORD}）：")];
    for person in &town.people {
        let kind = match person.kind {
            PersonKind::Natural => "个人",
            PersonKind::Legal => "法人",
            PersonKind::Agent => "代办人",
        };
        lines.push(format!("  {:<12} {kind}  {}", person.login, person.name));
    }
    let county = town.officers.iter().filter(|officer| officer.bureau == "990101");
    for officer in county {
        lines.push(format!("  {:<12} 工作人员  {}（城中区，{}）", officer.login, officer.name, officer.posts.join("、")));
    }
    lines.push("  其他区县的工作人员：把账号开头的 cz 换成 gx（高新区）、nh（南河县）、bs（北山县）、dg（东港市）。".into());
    lines.join("\n")
}
