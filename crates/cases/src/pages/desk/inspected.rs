//! What the inspectors found, as the case shows it to its officers: answers beside the local rule, photos, signatures.

use web::App;

use crate::Fault;
use crate::actions::At;
use crate::inspect::{Answer, CHECKLIST, PresentParty, Record, Signature};
use crate::store::{self, Inspection, Photo};

pub struct InspectionView {
    pub planned_on: String,
    pub finished: Option<String>,
    pub officers: Vec<String>,
    pub answers: Vec<(&'static str, bool, String)>,
    pub area: String,
    pub conclusion: String,
    pub party: String,
    pub signatures: Vec<SignatureView>,
    pub photos: Vec<(String, String, String)>,
}

/// Who signed under the record.
pub struct SignatureView {
    /// 核查人员, 申请人一方, 见证人
    pub role: &'static str,
    pub name: String,
    pub at: String,
    /// The picture, when it was drawn by hand.
    pub drawn: Option<String>,
}

pub async fn inspections(app: &App, at: &At, base: &str) -> Result<Vec<InspectionView>, Fault> {
    let mut db = app.db.clone();
    let mut views = vec![];
    for inspection in store::inspections(&mut db, &at.bureau, &at.id).await? {
        let photos = store::photos(&mut db, &at.bureau, &at.id, &inspection.id).await?;
        let mut names = vec![];
        for officer in &inspection.officers {
            let known = identity::officers::colleague(&mut db, &at.bureau, officer).await?;
            names.push(
                known.map_or_else(|| officer.clone(), |one| format!("{}（证号 {}）", one.name, one.badge)),
            );
        }
        views.push(inspection_view(inspection, names, &photos, base));
    }
    Ok(views)
}

fn inspection_view(
    inspection: Inspection,
    officers: Vec<String>,
    photos: &[Photo],
    base: &str,
) -> InspectionView {
    let record = &inspection.record;
    let answers = CHECKLIST.iter().filter_map(|check| {
        let answer = record.answers.get(check.key)?;
        Some((check.ask, answer.verdict == "yes", format!("{}{}", measured(answer), answer.note)))
    });
    InspectionView {
        planned_on: web::text::date_cn(inspection.planned_on),
        finished: inspection.finished_at.map(web::text::second),
        officers,
        answers: answers.collect(),
        area: record.area_m2.clone(),
        conclusion: record.conclusion.clone(),
        party: record.party.as_ref().map_or_else(String::new, party_says),
        signatures: signatures(record, base),
        photos: photos.iter().map(|photo| photo_view(photo, base)).collect(),
    }
}

fn signatures(record: &Record, base: &str) -> Vec<SignatureView> {
    let view = |role, signature: &Signature| SignatureView {
        role,
        name: signature.name.clone(),
        at: web::text::second(signature.at),
        drawn: Some(&signature.picture)
            .filter(|picture| !picture.is_empty())
            .map(|picture| format!("{base}/signatures/{picture}")),
    };
    let last = record.party.as_ref().map(|party| match party {
        PresentParty::Signed { by, .. } => view("申请人一方", by),
        PresentParty::Refused { witness, .. } => view("见证人", witness),
    });
    record.signed.values().map(|signature| view("核查人员", signature)).chain(last).collect()
}

/// The distance beside what the locality asks.
fn measured(answer: &Answer) -> String {
    match (answer.compared(), answer.demanded.as_ref()) {
        (Some((_, compared)), Some(demand)) => {
            format!("{compared}（{}，{}）　", demand.says(), demand.under)
        }
        _ if answer.distance.is_empty() => String::new(),
        _ => format!("{} 米　", answer.distance),
    }
}

pub fn party_says(party: &PresentParty) -> String {
    match party {
        PresentParty::Signed { by, relation } => {
            format!("{}（{relation}）于 {} 签名", by.name, web::text::second(by.at))
        }
        PresentParty::Refused { reason, witness, witness_unit } => {
            format!("拒绝签名：{reason}；见证人 {}（{witness_unit}）", witness.name)
        }
    }
}

/// Address, what it shows, when and where.
fn photo_view(photo: &Photo, base: &str) -> (String, String, String) {
    let check = CHECKLIST.iter().find(|check| check.key == photo.of);
    let caption = check.and_then(|check| check.photo).unwrap_or("现场照片").to_owned();
    (format!("{base}/photos/{}", photo.id), caption, photo_stamp(photo))
}

/// 2026-11-24 10:05:07，北纬 30.123456 东经 120.123456（±12 米）
pub fn photo_stamp(photo: &Photo) -> String {
    let degrees = |fixed: i64| fixed as f64 / 1e7;
    let place = match (photo.lat, photo.lon) {
        (Some(lat), Some(lon)) => format!("北纬 {:.6} 东经 {:.6}", degrees(lat), degrees(lon)),
        _ => "没有定位".to_owned(),
    };
    let accuracy = photo.accuracy_m.map_or(String::new(), |metres| format!("（±{metres} 米）"));
    format!("{}，{place}{accuracy}", web::text::second(photo.taken_at))
}
