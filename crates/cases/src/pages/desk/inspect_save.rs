//! What the inspectors' phones send: answers, photos, signatures. Each card is saved by itself, so that a lost
//! connection loses one card at most.

use axum::extract::{Multipart, Path};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use catalog::Catalogue;
use web::{Answer, Fields, Problems};

use super::{Desk, conflict, inspect as page};
use crate::actions::{self, At};
use crate::inspect::{Answer as Found, CHECKLIST, Check, PresentParty, Record, Signature};
use crate::store::Photo;
use crate::{Fault, case::Case, siting};

/// The longest note on one check.
const NOTE: usize = 300;
/// A drawn signature; a phone's canvas gives some ten thousand bytes.
const SIGNATURE: usize = 300_000;

/// `POST …/inspect/check/{key}`
pub async fn check(
    desk: Desk,
    Path((bureau, id, key)): Path<(String, String, String)>,
    headers: HeaderMap,
    typed: Fields,
) -> Answer {
    let at = super::at(bureau, id);
    let check = known(&key)?;
    let case = match actions::current_inspection(&desk.app, &desk.officer, &at).await {
        Ok((case, _)) => case,
        Err(fault) => return refused(&desk, &at, &headers, fault, &typed).await,
    };
    let found = Found {
        verdict: Some(typed.get("verdict"))
            .filter(|said| matches!(*said, "yes" | "no"))
            .unwrap_or_default()
            .to_owned(),
        note: typed.get("note").chars().take(NOTE).collect(),
        distance: typed.get("distance").chars().take(12).collect(),
        demanded: siting::demand(&desk.app.part::<Catalogue>(), &case, check.key),
    };
    let change = |record: &mut Record| {
        if record.answers.get(check.key) != Some(&found) {
            record.answers.insert(check.key.to_owned(), found.clone());
            unsign(record);
        }
    };
    match actions::save_record(&desk.app, &desk.officer, &at, change).await {
        Ok(_) => Ok(saved(&headers, &at, &format!("#c-{}", after(check)))),
        Err(fault) => refused(&desk, &at, &headers, fault, &typed).await,
    }
}

fn known(key: &str) -> Result<&'static Check, Fault> {
    CHECKLIST.iter().find(|check| check.key == key).ok_or(Fault::Unknown)
}

/// The card below, so that one thumb walks through the list.
fn after(check: &Check) -> &'static str {
    let at = CHECKLIST.iter().position(|one| one.key == check.key).unwrap_or(0);
    CHECKLIST.get(at + 1).map_or("summary", |next| next.key)
}

/// A signature stands under what was read: whatever changes afterwards has to be signed again.
fn unsign(record: &mut Record) {
    record.signed.clear();
    record.party = None;
}

/// The autosave of the page's script wants no page back.
fn saved(headers: &HeaderMap, at: &At, below: &str) -> Response {
    if headers.contains_key("x-autosave") {
        return StatusCode::NO_CONTENT.into_response();
    }
    Redirect::to(&super::href(at, &format!("/inspect{below}"))).into_response()
}

async fn refused(desk: &Desk, at: &At, headers: &HeaderMap, fault: Fault, typed: &Fields) -> Answer {
    if headers.contains_key("x-autosave") {
        return Err(fault.into());
    }
    let label = |name: &str| match name {
        "verdict" => "结果".to_owned(),
        "note" => "说明".to_owned(),
        "distance" => "距离（米）".to_owned(),
        "conclusion" => "核查结论".to_owned(),
        other => other.to_owned(),
    };
    let choice = |name: &str, code: &str| match (name, code) {
        ("verdict", "yes") => Some("符合".to_owned()),
        ("verdict", "no") => Some("不符合".to_owned()),
        _ => None,
    };
    conflict::answer(desk, at, fault, conflict::typed(typed, label, choice)).await
}

/// `POST …/inspect/summary`: measured area and conclusion.
pub async fn summary(
    desk: Desk,
    Path((bureau, id)): Path<(String, String)>,
    headers: HeaderMap,
    typed: Fields,
) -> Answer {
    let at = super::at(bureau, id);
    let area: String = typed.get("area").chars().take(12).collect();
    let conclusion: String = typed.get("conclusion").chars().take(1000).collect();
    let change = |record: &mut Record| {
        if record.area_m2 != area || record.conclusion != conclusion {
            (record.area_m2, record.conclusion) = (area.clone(), conclusion.clone());
            unsign(record);
        }
    };
    match actions::save_record(&desk.app, &desk.officer, &at, change).await {
        Ok(_) => Ok(saved(&headers, &at, "#c-sign")),
        Err(fault) => refused(&desk, &at, &headers, fault, &typed).await,
    }
}

/// `POST …/inspect/photo/{key}`: one photo with the place the phone knew, or none. The time is the server's: a phone's
/// clock can be set.
pub async fn photo(
    desk: Desk,
    Path((bureau, id, key)): Path<(String, String, String)>,
    headers: HeaderMap,
    mut form: Multipart,
) -> Answer {
    let at = super::at(bureau, id);
    let check = known(&key)?;
    actions::current_inspection(&desk.app, &desk.officer, &at).await?;
    let mut place = Place::default();
    let mut vouched = false;
    while let Some(field) = form.next_field().await.map_err(broken_off)? {
        match field.name().unwrap_or_default() {
            "_csrf" => {
                let token = field.text().await.map_err(broken_off)?;
                web::form::require_token(&desk.app, &desk.cx.cx, &headers, Some(&token))?;
                vouched = true;
            }
            "place" => place = Place::read(&field.text().await.map_err(broken_off)?),
            "photo" => {
                if !vouched {
                    web::form::require_token(&desk.app, &desk.cx.cx, &headers, None)?;
                }
                let name = files::safe_name(field.file_name().unwrap_or("照片.jpg"));
                return match keep(&desk, check, &place, &name, field).await {
                    Ok(photo) => {
                        actions::add_photo(&desk.app, &desk.officer, &at, photo).await?;
                        Ok(saved(&headers, &at, &format!("#c-{}", check.key)))
                    }
                    Err(Fault::Refused(refused)) => {
                        let mut problems = Problems::none();
                        problems.add(
                            format!("photo-{}", check.key),
                            format!("{}。{}", refused.says(), refused.remedy()),
                        );
                        page::again(&desk, &at, problems).await
                    }
                    Err(fault) => Err(fault.into()),
                };
            }
            _ => {}
        }
    }
    let mut problems = Problems::none();
    problems.add(format!("photo-{}", check.key), "请先拍照或者选一张照片，再点上传");
    page::again(&desk, &at, problems).await
}

fn broken_off(error: axum::extract::multipart::MultipartError) -> Fault {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Fault::Refused(files::Refused::TooLarge { limit: files::Limits::default().bytes });
    }
    Fault::Files(files::Fault::BrokenOff(error.to_string()))
}

async fn keep(
    desk: &Desk,
    check: &Check,
    place: &Place,
    name: &str,
    field: axum::extract::multipart::Field<'_>,
) -> Result<Photo, Fault> {
    let taken = desk.app.files().take_in(field, name, files::Limits::default()).await;
    let (stored, looked) = taken.map_err(|fault| match fault {
        files::Fault::Refused(refused) => Fault::Refused(refused),
        other => Fault::Files(other),
    })?;
    if looked.width.is_none() {
        return Err(Fault::BadEntry("现场照片请用手机拍照上传，不能是 PDF".to_owned()));
    }
    Ok(Photo {
        id: desk.app.new_id(),
        of: check.key.to_owned(),
        digest: stored.digest,
        kind: looked.kind.media_type().to_owned(),
        bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        taken_at: desk.app.now(),
        lat: place.lat,
        lon: place.lon,
        accuracy_m: place.accuracy_m,
        officer: desk.officer.id.clone(),
    })
}

/// Where a photo was taken, in 1e-7 degrees.
#[derive(Default)]
struct Place {
    lat: Option<i64>,
    lon: Option<i64>,
    accuracy_m: Option<i64>,
}

impl Place {
    /// `latitude,longitude` or `latitude,longitude,metres`; anything else is no place.
    fn read(typed: &str) -> Place {
        let mut parts = typed.split([',', '，']).map(|part| part.trim().parse::<f64>().ok());
        let (Some(Some(lat)), Some(Some(lon))) = (parts.next(), parts.next()) else {
            return Place::default();
        };
        if !(-90.0..=90.0).contains(&lat) || !(-180.0..=180.0).contains(&lon) {
            return Place::default();
        }
        let fixed = |degrees: f64| Some((degrees * 1e7).round() as i64);
        let accuracy = parts.next().flatten().filter(|metres| (0.0..100_000.0).contains(metres));
        Place { lat: fixed(lat), lon: fixed(lon), accuracy_m: accuracy.map(|metres| metres.ceil() as i64) }
    }
}

/// `POST …/inspect/sign`: the inspector's own signature, under their own account.
pub async fn sign(desk: Desk, Path((bureau, id)): Path<(String, String)>, typed: Fields) -> Answer {
    let at = super::at(bureau, id);
    if !typed.ticked("confirm") && typed.get("drawn").is_empty() {
        return problem(&desk, &at, "sign", "请手写签名，或者勾选确认后再签").await;
    }
    let picture = match drawn(&desk, typed.get("drawn")).await {
        Ok(picture) => picture,
        Err(says) => return problem(&desk, &at, "sign", says).await,
    };
    let signature = Signature { name: desk.officer.name.clone(), at: desk.app.now(), picture };
    let officer = desk.officer.id.clone();
    let change = |record: &mut Record| _ = record.signed.insert(officer.clone(), signature.clone());
    actions::save_record(&desk.app, &desk.officer, &at, change).await?;
    Ok(saved(&HeaderMap::new(), &at, "#c-sign"))
}

/// `POST …/inspect/party`: the applicant signs on the phone, or refuses before a witness.
pub async fn party(desk: Desk, Path((bureau, id)): Path<(String, String)>, typed: Fields) -> Answer {
    let at = super::at(bureau, id);
    let picture = match drawn(&desk, typed.get("drawn")).await {
        Ok(picture) => picture,
        Err(says) => return problem(&desk, &at, "party", says).await,
    };
    let signed =
        |name: &str| Signature { name: name.to_owned(), at: desk.app.now(), picture: picture.clone() };
    let party = match typed.get("how") {
        "signed" if typed.get("name").is_empty() => {
            return problem(&desk, &at, "party", "请填写签名人姓名").await;
        }
        "signed" => {
            let relation = Some(typed.get("relation")).filter(|said| !said.is_empty()).unwrap_or("本人");
            PresentParty::Signed { by: signed(typed.get("name")), relation: relation.to_owned() }
        }
        "refused" if typed.get("reason").is_empty() || typed.get("witness").is_empty() => {
            return problem(&desk, &at, "party", "拒签须写明原因，并有见证人姓名").await;
        }
        "refused" => PresentParty::Refused {
            reason: typed.get("reason").to_owned(),
            witness: signed(typed.get("witness")),
            witness_unit: typed.get("witness_unit").to_owned(),
        },
        _ => return problem(&desk, &at, "party", "请选择签名或者拒签").await,
    };
    let change = |record: &mut Record| record.party = Some(party.clone());
    actions::save_record(&desk.app, &desk.officer, &at, change).await?;
    Ok(saved(&HeaderMap::new(), &at, "#c-submit"))
}

async fn problem(desk: &Desk, at: &At, field: &str, says: &str) -> Answer {
    let mut problems = Problems::none();
    problems.add(field, says);
    page::again(desk, at, problems).await
}

/// The digest of a drawn signature; empty when none was drawn.
async fn drawn(desk: &Desk, data_url: &str) -> Result<String, &'static str> {
    const UNREADABLE: &str = "签名图片没有收到，请重新签一次，或者改用勾选确认";
    if data_url.is_empty() {
        return Ok(String::new());
    }
    let encoded = data_url.strip_prefix("data:image/png;base64,").ok_or(UNREADABLE)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| UNREADABLE)?;
    let limits = files::Limits { bytes: SIGNATURE as u64, pixels: 4_000_000 };
    files::look_at_bytes(&bytes, "签名.png", limits).map_err(|_| UNREADABLE)?;
    let stored = desk.app.files().put_bytes(bytes).await.map_err(|_| UNREADABLE)?;
    Ok(stored.digest)
}

/// `POST …/inspect/submit`
pub async fn submit(desk: Desk, Path((bureau, id)): Path<(String, String)>, typed: Fields) -> Answer {
    let at = At { bureau, id, seen: super::seen(&typed) };
    match actions::submit_record(&desk.app, &desk.officer, &at).await {
        Ok(case) => Ok(desk.done(&at, submitted(&case))),
        Err(Fault::Incomplete(missing)) => {
            let mut problems = Problems::none();
            missing.into_iter().for_each(|says| problems.add("submit", says));
            page::again(&desk, &at, problems).await
        }
        Err(fault) => conflict::answer(&desk, &at, fault, vec![]).await,
    }
}

fn submitted(case: &Case) -> String {
    format!("核查记录已提交，{}进入审查环节", case.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_two_numbers_on_the_globe_or_none() {
        let here = Place::read("30.1234567, 120.7654321, 11.2");
        assert_eq!((here.lat, here.lon, here.accuracy_m), (Some(301_234_567), Some(1_207_654_321), Some(12)));
        for nowhere in ["", "30.1", "北,南", "91,0", "0,181", "NaN,1", "inf,1"] {
            assert!(Place::read(nowhere).lat.is_none(), "{nowhere}");
        }
        assert_eq!(Place::read("30，120").accuracy_m, None);
    }

    #[test]
    fn what_changes_after_signing_has_to_be_signed_again() {
        let mut record = Record::default();
        let signature =
            Signature { name: "任".into(), at: jiff::Timestamp::UNIX_EPOCH, picture: String::new() };
        record.signed.insert("a".into(), signature.clone());
        record.party = Some(PresentParty::Signed { by: signature, relation: "本人".into() });
        unsign(&mut record);
        assert!(record.signed.is_empty() && record.party.is_none());
    }
}
