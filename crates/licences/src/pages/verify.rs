//! 查验许可证, for anyone: by the number, by the QR on the wall, by credit code or by the shop's name.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jiff::Timestamp;
use law::codes::{CodeFault, CreditCode, ELicenceId, Explained};
use serde::Deserialize;
use web::{Answer, App, Page, PageCx, html, html_with_status, text};

use crate::licence::Public;
use crate::register::{Found, MOST_FOUND, Register};
use crate::status::Standing;
use crate::{Keys, look_up, number};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

/// How old an answer is.
struct Age {
    as_of: Option<String>,
    stale: bool,
}

impl Age {
    fn new(as_of: Option<Timestamp>, stale: bool) -> Age {
        Age { as_of: as_of.map(text::second), stale }
    }
}

#[derive(Template)]
#[template(path = "licences/verify.html")]
struct SearchPage {
    page: Page,
    asked: String,
    /// Why what was typed can't be searched for.
    problem: Option<String>,
    hits: Option<Hits>,
}

struct Hits {
    rows: Vec<(Public, Standing)>,
    more: bool,
    age: Age,
}

/// `GET /verify`
pub(super) async fn search(cx: PageCx, State(app): State<App>, Query(asked): Query<Asked>) -> Answer {
    let asked = asked.q.trim().chars().take(100).collect::<String>();
    let shown =
        |problem, hits| SearchPage { page: cx.page("查验许可证"), asked: asked.clone(), problem, hits };
    match Wanted::read(&asked) {
        Wanted::Nothing => html(&shown(None, None)),
        Wanted::Number(number) => Ok(Redirect::to(&format!("/verify/{number}")).into_response()),
        Wanted::TooShort => {
            let says = "请至少输入店名中的两个字，例如“桥城”。".to_string();
            html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &shown(Some(says), None))
        }
        Wanted::CreditCode(code) => {
            let answer = app.part::<Register>().credit_code(&code, app.now());
            html(&shown(None, Some(hits(&app, answer.found, Age::new(answer.as_of, answer.stale)))))
        }
        Wanted::Name(name) => {
            let answer = app.part::<Register>().name(&name, app.now());
            html(&shown(None, Some(hits(&app, answer.found, Age::new(answer.as_of, answer.stale)))))
        }
    }
}

fn hits(app: &App, found: Found, age: Age) -> Hits {
    let today = app.today();
    let with_standing = |licence: Public| {
        let standing = licence.standing(today);
        (licence, standing)
    };
    Hits { rows: found.licences.into_iter().map(with_standing).collect(), more: found.more, age }
}

/// What somebody typed into the one box.
#[derive(Debug, PartialEq)]
enum Wanted {
    Nothing,
    /// Digits that are, or were meant to be, a licence number; the next page says what is wrong with them.
    Number(String),
    CreditCode(String),
    Name(String),
    TooShort,
}

impl Wanted {
    fn read(asked: &str) -> Wanted {
        let folded = number::fold(asked);
        let digits = !folded.is_empty() && folded.bytes().all(|b| b.is_ascii_digit());
        if asked.is_empty() {
            Wanted::Nothing
        } else if let Ok(id) = ELicenceId::parse(&asked.trim().to_uppercase()) {
            // The serial of our identifiers is the number of the licence.
            Wanted::Number(id.serial)
        } else if CreditCode::parse_or_warn(&folded).is_ok() {
            Wanted::CreditCode(folded)
        } else if digits && folded.len() >= 6 {
            Wanted::Number(folded)
        } else if asked.chars().count() < 2 {
            Wanted::TooShort
        } else {
            Wanted::Name(asked.into())
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Scanned {
    /// The check code of the QR.
    c: Option<String>,
    /// The edition it stands on.
    e: Option<u64>,
    /// When it was shown on the holder's screen.
    t: Option<String>,
}

/// How long a code on a screen counts as shown just now: it is drawn anew each minute.
const JUST_NOW: i64 = 150;

/// What the server sees of a QR code; its signed part stays in the browser.
struct Came {
    fits: bool,
    /// An edition that another has taken the place of: its number, and the present one.
    old: Option<(u64, u64)>,
    /// Shown on a screen: when, and whether just now. `None` inside for a code that this site did not make.
    shown: Option<Option<(String, bool)>>,
}

impl Came {
    async fn by(app: &App, number: &str, scanned: &Scanned) -> Option<Came> {
        let keys = Keys::new(app.settings().secret);
        let check = scanned.c.as_ref()?;
        let fits = keys.check_fits(number, scanned.e, check);
        let present = match scanned.e.filter(|_| fits) {
            Some(_) => newest(app, number).await,
            None => None,
        };
        let old = scanned.e.zip(present).filter(|(edition, present)| edition < present);
        let shown = scanned.t.as_ref().map(|shown| {
            let at = keys.shown_at(number, shown)?;
            let age = app.now().as_second() - at.as_second();
            Some((text::second(at), (-5..JUST_NOW).contains(&age)))
        });
        Some(Came { fits, old, shown })
    }
}

/// Number of the newest edition; unknown while the database is away.
async fn newest(app: &App, number: &str) -> Option<u64> {
    let db = &mut app.db.clone();
    let bureau = crate::store::bureau_of(db, number).await.ok()??;
    let edition = crate::elicence::current(db, &bureau, number).await.ok()??;
    Some(u64::from(edition.edition))
}

#[derive(Template)]
#[template(path = "licences/licence.html")]
struct LicencePage {
    page: Page,
    licence: Public,
    standing: Standing,
    age: Age,
    /// Came by a QR.
    scanned: Option<Came>,
}

#[derive(Template)]
#[template(path = "licences/unknown.html")]
struct UnknownPage {
    page: Page,
    written: String,
    /// What is wrong with the number's form, if anything is.
    fault: Option<String>,
    /// What the parts of a well-formed number mean.
    parts: Option<Explained>,
    age: Option<Age>,
}

/// `GET /verify/{number}` and, from a QR, `GET /v/{number}?c=…`
pub(super) async fn licence(
    cx: PageCx,
    State(app): State<App>,
    Path(written): Path<String>,
    Query(scanned): Query<Scanned>,
) -> Answer {
    let number = match number::read(&written) {
        Ok(number) => number,
        Err(fault) => return malformed(&cx, &written, &fault),
    };
    let looked = look_up::by_number(&app, &number).await?;
    let age = Age::new(looked.as_of, looked.stale);
    let Some(licence) = looked.licence else { return unknown(&cx, number, age) };
    let standing = licence.standing(app.today());
    html(&LicencePage {
        page: cx.page(format!("许可证 {number}：{}", standing.label())).crumb("查验许可证", "/verify"),
        scanned: Came::by(&app, &number, &scanned).await,
        licence,
        standing,
        age,
    })
}

fn malformed(cx: &PageCx, written: &str, fault: &CodeFault) -> Answer {
    let page = UnknownPage {
        page: cx.page("没有这个许可证号").crumb("查验许可证", "/verify"),
        written: written.chars().take(40).collect(),
        fault: Some(fault.explain()),
        parts: None,
        age: None,
    };
    html_with_status(StatusCode::NOT_FOUND, &page)
}

fn unknown(cx: &PageCx, number: String, age: Age) -> Answer {
    let page = UnknownPage {
        page: cx.page("没有查到这张许可证").crumb("查验许可证", "/verify"),
        parts: law::codes::inspect("retail", &number).ok(),
        written: number,
        fault: None,
        age: Some(age),
    };
    html_with_status(StatusCode::NOT_FOUND, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_box_understands_number_code_and_name() {
        assert_eq!(Wanted::read(""), Wanted::Nothing);
        assert_eq!(Wanted::read("9901 0110 0001"), Wanted::Number("990101100001".into()));
        assert_eq!(Wanted::read("99010110000"), Wanted::Number("99010110000".into()));
        assert_eq!(Wanted::read("92990101ahfk86mm87"), Wanted::CreditCode("92990101AHFK86MM87".into()));
        let identifier = ELicenceId::new("11100000000013338W011", "11990101000000000X", "990101100001", 2);
        let identifier = identifier.unwrap().to_string();
        assert_eq!(Wanted::read(&identifier), Wanted::Number("990101100001".into()));
        assert_eq!(Wanted::read("桥城"), Wanted::Name("桥城".into()));
        assert_eq!(Wanted::read("桥"), Wanted::TooShort);
        assert_eq!(Wanted::read("365便利店"), Wanted::Name("365便利店".into()));
    }
}
