//! The limits of a case counted day by day, as the officer may show them to anybody who asks.

use askama::Template;
use axum::extract::Path;
use law::Ledger;
use web::{Answer, Page, html};

use super::Desk;
use crate::{actions, clock};

#[derive(Template)]
#[template(path = "desk/ledger.html")]
struct LedgerPage {
    page: Page,
    /// Title and count: 承诺期限, 法定期限.
    ledgers: Vec<(&'static str, Ledger)>,
}

/// `GET /desk/cases/{bureau}/{id}/ledger`
pub async fn show(desk: Desk, Path((bureau, id)): Path<(String, String)>) -> Answer {
    let at = super::at(bureau, id);
    let case = actions::open_case(&desk.app, &desk.officer, &at.bureau, &at.id).await?;
    let terms = actions::terms_of(&desk.app, &mut desk.app.db.clone(), &case).await?;
    let (today, cal) = (desk.app.today(), desk.app.calendar());
    let ledgers = case.stage.running().map_or_else(Vec::new, |run| {
        vec![
            ("承诺期限", clock::promised_ledger(run, terms.allowed, today, &cal)),
            ("法定期限", clock::statutory_ledger(run, terms.allowed, today, &cal)),
        ]
    });
    html(&LedgerPage { page: desk.case_page("期限逐日计算", &at, &case.number), ledgers })
}
