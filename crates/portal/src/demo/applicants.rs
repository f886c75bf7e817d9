//! Sixty invented shopkeepers for the demo cases. Division 9901 is fictional, so are their numbers, which pass our checks.

use std::collections::BTreeMap;

use anyhow::Context;
use cases::actions::By;
use catalog::BusinessType;
use identity::accounts::{self, Kind, NewAccount};
use law::codes::citizen::CitizenId;
use law::codes::credit::CreditCode;
use web::App;

use super::town::Town;

/// Family and given names; put together by position, so that the same load gives the same town.
const FAMILIES: [&str; 20] = [
    "陈", "林", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "罗", "郑", "梁", "谢",
    "宋", "唐", "许",
];
const GIVEN: [&str; 12] =
    ["志强", "秀英", "建国", "桂兰", "海燕", "文博", "玉梅", "晓峰", "丽娟", "德福", "春花", "子涵"];
const TRADES: [&str; 6] = ["便民食杂店", "便利店", "烟酒商店", "百货超市", "副食店", "日用品店"];
const ROADS: [&str; 8] = ["解放路", "和平路", "人民路", "滨河路", "文化路", "幸福路", "建设路", "青年路"];

/// Somebody who applies in the demo.
#[derive(Clone, Debug)]
pub struct Applicant {
    pub subject: String,
    pub name: String,
    id_number: String,
    phone: String,
    shop: String,
    address: String,
    credit_code: String,
    /// Latitude and longitude.
    place: (f64, f64),
    area_type: &'static str,
}

/// Where a county's demo shops stand.
pub struct County<'a> {
    pub code: &'a str,
    /// 城中区, as it stands in addresses.
    pub name: &'a str,
}

/// People whose names stand on the sign-in page, and which story of the first county is theirs, so that a visitor who
/// signs in finds something: a licence, a supplement to hand in, a case under way.
const KNOWN: [(usize, &str); 4] = [(10, "liming"), (3, "wangfang"), (6, "zhaozhe"), (9, "longyan")];

/// Creates the accounts, twelve a county. `phc` is the hash of the demo password.
pub async fn create(
    app: &App,
    town: &Town,
    counties: &[County<'_>],
    phc: &str,
) -> anyhow::Result<Vec<Applicant>> {
    let mut all = vec![];
    for (c, county) in counties.iter().enumerate() {
        for n in 0..12 {
            all.push(one(app, county, c * 12 + n, phc).await?);
        }
    }
    for (story, login) in KNOWN {
        all[story] = known(app, town, login, &all[story]).await?;
    }
    Ok(all)
}

/// A person of the town in the place of an invented applicant, with that applicant's shop.
async fn known(app: &App, town: &Town, login: &str, shop: &Applicant) -> anyhow::Result<Applicant> {
    let person = town.people.iter().find(|person| person.login == login).context("a person of the town")?;
    let subject =
        accounts::by_name(app, &mut app.db.clone(), "login", login).await?.context("their account")?;
    Ok(Applicant {
        subject,
        name: person.name.clone(),
        id_number: person.id_number.clone(),
        phone: person.phone.clone(),
        ..shop.clone()
    })
}

async fn one(app: &App, county: &County<'_>, i: usize, phc: &str) -> anyhow::Result<Applicant> {
    let name = format!("{}{}", FAMILIES[i % FAMILIES.len()], GIVEN[(i * 5 + i / 20) % GIVEN.len()]);
    let road = ROADS[(i * 3) % ROADS.len()];
    let address = format!("演示市{}{road}{}号", county.name, 18 + i * 2);
    let phone = format!("199990102{i:02}");
    let id_number = id_number(county.code, i)?;
    let new = NewAccount {
        kind: Kind::Natural,
        name: name.clone(),
        representative: String::new(),
        id_number: id_number.clone(),
        phone: phone.clone(),
        credit_code: String::new(),
        address: address.clone(),
        login: None,
        bureau: None,
    };
    let subject = match accounts::by_typed_name(app, &mut app.db.clone(), &phone).await? {
        Some(known) => known,
        None => {
            let mut tx = app.db.begin().await?;
            let subject = accounts::add(app, &mut tx, &new, phc).await?;
            tx.commit().await?;
            subject
        }
    };
    let shop = format!("{}{}{}", county.name, name.chars().next().unwrap_or('陈'), TRADES[i % TRADES.len()]);
    let credit_code = credit_code(county.code, i)?;
    let place = (30.5 + 0.0007 * i as f64, 115.0 + 0.0013 * i as f64);
    let area_type = if i.is_multiple_of(4) { "3002" } else { "3001" };
    Ok(Applicant { subject, name, id_number, phone, shop, address, credit_code, place, area_type })
}

/// GB 11643: the check character is found by asking our own check.
fn id_number(division: &str, i: usize) -> anyhow::Result<String> {
    let born = format!("19{:02}{:02}{:02}", 60 + i % 38, 1 + i % 12, 1 + (i * 7) % 28);
    let stem = format!("{division}{born}{:03}", 100 + i);
    "0123456789X"
        .chars()
        .map(|check| format!("{stem}{check}"))
        .find(|id| CitizenId::parse(id).is_ok())
        .with_context(|| format!("no check digit fits {stem}"))
}

/// GB 32100: 92 is a household business.
fn credit_code(division: &str, i: usize) -> anyhow::Result<String> {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let tails = ALPHABET.chars().flat_map(|ninth| ALPHABET.chars().map(move |check| (ninth, check)));
    tails
        .map(|(ninth, check)| format!("92{division}MA0D{i:04}{ninth}{check}"))
        .find(|code| CreditCode::parse(code).is_ok())
        .with_context(|| format!("no check digit fits shop {i}"))
}

impl Applicant {
    pub fn by(&self) -> By {
        By { id: self.subject.clone(), name: self.name.clone() }
    }

    /// The filled-in form: the item's own example with this shop's particulars.
    pub fn form(&self, business: &BusinessType) -> BTreeMap<String, String> {
        let mut form = business.form.example();
        let mine = [
            ("business_name", self.shop.clone()),
            ("credit_code", self.credit_code.clone()),
            ("principal_name", self.name.clone()),
            ("principal_id", self.id_number.clone()),
            ("principal_address", self.address.clone()),
            ("premises_address", self.address.clone()),
            ("premises_location", format!("{:.7},{:.7}", self.place.0, self.place.1)),
            ("contact_phone", self.phone.clone()),
            ("area_type", self.area_type.to_owned()),
        ];
        form.extend(mine.map(|(key, value)| (key.to_owned(), value)));
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_numbers_pass_our_own_checks() {
        for i in 0..60 {
            assert!(id_number("990101", i).is_ok(), "{i}");
            assert!(credit_code("990181", i).is_ok(), "{i}");
        }
    }
}
