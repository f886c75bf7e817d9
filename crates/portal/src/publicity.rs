//! Where public decisions come from: the letters of `cases` and the register of `licences`, handed to `disclosure`, which
//! stands before both and knows neither.

use std::sync::Arc;

use async_trait::async_trait;
use cases::case::CasePaper;
use cases::{Case, fields, store};
use db::{Db, Exec, Fault};
use disclosure::publicity::{Decided, Decisions, Outcome, Party, PartyKind};
use jiff::Timestamp;
use jiff::civil::Date;
use licences::Register;
use licences::status::Standing;
use papers::Kind;
use papers::data::{Grant, Refusal};

/// The name of the licence that a granted case of this release leads to.
const LICENCE_NAME: &str = "烟草专卖零售许可证";

pub struct OfCases {
    register: Arc<Register>,
}

impl OfCases {
    pub fn new(register: Arc<Register>) -> OfCases {
        OfCases { register }
    }
}

#[async_trait]
impl Decisions for OfCases {
    async fn since(&self, db: &Db, bureau: &str, from: Timestamp, most: i64) -> Result<Vec<Decided>, Fault> {
        let mut db = db.clone();
        let mut found = Vec::new();
        for (case, paper) in store::decision_letters(&mut db, bureau, from, most).await? {
            found.push(decided(&mut db, bureau, &case, &paper).await?);
        }
        Ok(found)
    }

    async fn of_case(&self, db: &Db, bureau: &str, id: &str) -> Result<Option<Decided>, Fault> {
        let mut db = db.clone();
        let papers = store::papers_of(&mut db, bureau, id).await?;
        let letter = papers.into_iter().rev().find(|paper| matches!(paper.kind, Kind::Grant | Kind::Refusal));
        match letter {
            Some(paper) => decided(&mut db, bureau, id, &paper).await.map(Some),
            None => Ok(None),
        }
    }

    fn in_force(&self, licence: &str, today: Date) -> Option<bool> {
        // The instant only says how old the register's copy is, which doesn't matter for a list that is read daily.
        let found = self.register.number(licence, Timestamp::UNIX_EPOCH).found?;
        let ended = matches!(
            found.standing(today),
            Standing::Expired { .. } | Standing::Cancelled { .. } | Standing::Recalled { .. }
        );
        Some(!ended)
    }
}

async fn decided(db: &mut impl Exec, bureau: &str, id: &str, paper: &CasePaper) -> Result<Decided, Fault> {
    let case = store::by_id(db, bureau, id).await?;
    let case = case.ok_or_else(|| Fault::Shape(format!("a letter without its case {id}")))?;
    let office = identity::bureaus::read_by_code(db, bureau).await?;
    let (matter, outcome) = outcome(paper)?;
    Ok(Decided {
        bureau: bureau.to_owned(),
        id: id.to_owned(),
        at: paper.made_at,
        on: paper.issued_on,
        number: paper.number.clone().unwrap_or_default(),
        organ: office.as_ref().map(|office| office.name.clone()).unwrap_or_default(),
        organ_code: office.map(|office| office.uscc).unwrap_or_default(),
        matter,
        party: party(&case),
        outcome,
    })
}

fn outcome(paper: &CasePaper) -> Result<(String, Outcome), Fault> {
    let shape = |fault: serde_json::Error| Fault::Shape(format!("letter {}: {fault}", paper.id));
    if paper.kind == Kind::Refusal {
        let letter: Refusal = serde_json::from_value(paper.data.clone()).map_err(shape)?;
        // “ground：fact”: what was found about the shop is for the applicant, the ground for everybody.
        let ground = |says: &str| says.split('：').next().unwrap_or_default().to_owned();
        let grounds = letter.reasons.iter().map(|reason| ground(&reason.says)).collect();
        return Ok((letter.head.item, Outcome::Refused { grounds }));
    }
    let letter: Grant = serde_json::from_value(paper.data.clone()).map_err(shape)?;
    let granted = Outcome::Granted {
        licence: letter.licence_number,
        licence_name: LICENCE_NAME.to_owned(),
        scope: letter.scope,
        from: letter.valid_from,
        to: letter.valid_to,
    };
    Ok((letter.head.item, granted))
}

fn party(case: &Case) -> Party {
    let kind = match case.value(fields::APPLICANT_KIND) {
        _ if case.credit_code.is_empty() => PartyKind::Natural,
        "individual" => PartyKind::Household,
        _ => PartyKind::Organisation,
    };
    let is_natural = kind == PartyKind::Natural;
    Party {
        name: if is_natural { case.applicant.clone() } else { case.shop.clone() },
        kind,
        credit_code: case.credit_code.clone(),
        representative: case.value(fields::PERSON).to_owned(),
        id_number: case.value(fields::PERSON_ID).to_owned(),
    }
}
