//! Every query on the tables of licences, each named by the question it answers.

use db::{Exec, Fault, Row, Statement, Value, params};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::keys::Kind;
use crate::licence::Licence;
use crate::status::Status;

/// The columns of `licence` in the order of [`values`], for bulk loading.
pub(crate) const COLUMNS: &[&str] = &[
    "bureau",
    "number",
    "version",
    "seq",
    "holder",
    "shop_name",
    "person_name",
    "credit_code",
    "company_type",
    "eco_type",
    "biz_format",
    "area_type",
    "area_m2",
    "address",
    "division",
    "lat",
    "lon",
    "unit",
    "scope",
    "supply_company",
    "issuer_name",
    "item_slug",
    "case_id",
    "case_number",
    "issued_on",
    "first_issued",
    "valid_from",
    "valid_to",
    "status",
    "status_data",
    "changed_at",
];

pub(crate) fn values(licence: &Licence, seq: i64) -> Vec<Value> {
    let l = licence;
    params![
        &l.bureau,
        &l.number,
        l.version,
        seq,
        &l.holder,
        &l.shop_name,
        &l.person_name,
        &l.credit_code,
        &l.company_type,
        &l.eco_type,
        &l.biz_format,
        &l.area_type,
        l.area_m2,
        &l.address,
        &l.division,
        l.lat,
        l.lon,
        &l.unit,
        &l.scope,
        &l.supply_company,
        &l.issuer_name,
        &l.item_slug,
        &l.case_id,
        &l.case_number,
        l.issued_on,
        l.first_issued,
        l.valid_from,
        l.valid_to,
        l.status.code(),
        status_data(l.status),
        l.changed_at
    ]
}

fn status_data(status: Status) -> String {
    serde_json::to_string(&status).expect("a state is plain data")
}

fn status_from(row: &Row, column: usize) -> Result<Status, Fault> {
    serde_json::from_str(&row.text(column)?).map_err(|fault| Fault::Shape(format!("status: {fault}")))
}

fn licence_from(row: &Row) -> Result<Licence, Fault> {
    Ok(Licence {
        bureau: row.text(0)?,
        number: row.text(1)?,
        version: row.int(2)?,
        holder: row.opt_text(3)?,
        shop_name: row.text(4)?,
        person_name: row.text(5)?,
        credit_code: row.text(6)?,
        company_type: row.text(7)?,
        eco_type: row.text(8)?,
        biz_format: row.text(9)?,
        area_type: row.text(10)?,
        area_m2: row.int(11)?,
        address: row.text(12)?,
        division: row.text(13)?,
        lat: row.opt_int(14)?,
        lon: row.opt_int(15)?,
        unit: row.opt_text(16)?,
        scope: row.text(17)?,
        supply_company: row.text(18)?,
        issuer_name: row.text(19)?,
        item_slug: row.text(20)?,
        case_id: row.opt_text(21)?,
        case_number: row.opt_text(22)?,
        issued_on: row.date(23)?,
        first_issued: row.opt_date(24)?,
        valid_from: row.date(25)?,
        valid_to: row.date(26)?,
        status: status_from(row, 27)?,
        changed_at: row.instant(28)?,
    })
}

/// The licence under its key.
pub async fn by_number(on: &mut impl Exec, bureau: &str, number: &str) -> Result<Option<Licence>, Fault> {
    let row = on
        .query_opt(
            "select bureau, number, version, holder, shop_name, person_name, credit_code, company_type, eco_type,
                    biz_format, area_type, area_m2, address, division, lat, lon, unit, scope, supply_company,
                    issuer_name, item_slug, case_id, case_number, issued_on, first_issued, valid_from, valid_to,
                    status_data, changed_at
               from licence
              where bureau = $1 and number = $2",
            params![bureau, number],
        )
        .await?;
    row.as_ref().map(licence_from).transpose()
}

/// The licence a case led to, if it has.
pub async fn of_case(on: &mut impl Exec, bureau: &str, case_id: &str) -> Result<Option<Licence>, Fault> {
    let row = on
        .query_opt(
            "select bureau, number, version, holder, shop_name, person_name, credit_code, company_type, eco_type,
                    biz_format, area_type, area_m2, address, division, lat, lon, unit, scope, supply_company,
                    issuer_name, item_slug, case_id, case_number, issued_on, first_issued, valid_from, valid_to,
                    status_data, changed_at
               from licence
              where bureau = $1 and case_id = $2",
            params![bureau, case_id],
        )
        .await?;
    row.as_ref().map(licence_from).transpose()
}

/// The number of a licence in force on `day` at exactly this address, if there is one.
pub async fn in_force_at(
    on: &mut impl Exec,
    bureau: &str,
    address: &str,
    day: Date,
) -> Result<Option<String>, Fault> {
    let row = on
        .query_opt(
            "select number
               from licence
              where bureau = $1 and address = $2 and valid_to >= $3 and status in ('trading', 'paused', 'stopped')
              order by number
              limit 1",
            params![bureau, address, day],
        )
        .await?;
    row.map(|row| row.text(0)).transpose()
}

/// Which licences an account holds: bureau and number. The licences themselves are read in their bureau.
pub async fn held_by(on: &mut impl Exec, subject: &str) -> Result<Vec<(String, String)>, Fault> {
    let rows = on
        .query(
            "select bureau, number
               from licence_of
              where subject = $1
              order by bureau, number
              limit 200",
            params![subject],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

/// Which licences stand under a credit code or an ID number, given its keyed digest.
pub async fn under_key(
    on: &mut impl Exec,
    key_hash: &str,
    kind: Kind,
) -> Result<Vec<(String, String)>, Fault> {
    let rows = on
        .query(
            "select bureau, number
               from licence_lookup
              where key_hash = $1 and kind = $2
              order by bureau, number
              limit 200",
            params![key_hash, kind.code()],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

/// Which bureau issued a number. Asked only for numbers the register does not know yet.
pub async fn bureau_of(on: &mut impl Exec, number: &str) -> Result<Option<String>, Fault> {
    let row = on
        .query_opt(
            "select bureau
               from uniq
              where key_hash = $1 and kind = 'licence-no'",
            params![number],
        )
        .await?;
    row.map(|row| row.text(0)).transpose()
}

/// A page of a bureau's licences in the order of their numbers, after `after`. `like` is a pattern over the shop's
/// name; `%` finds all.
pub async fn page_of_bureau(
    on: &mut impl Exec,
    bureau: &str,
    after: &str,
    like: &str,
    limit: i64,
) -> Result<Vec<Licence>, Fault> {
    let rows = on
        .query(
            "select bureau, number, version, holder, shop_name, person_name, credit_code, company_type, eco_type,
                    biz_format, area_type, area_m2, address, division, lat, lon, unit, scope, supply_company,
                    issuer_name, item_slug, case_id, case_number, issued_on, first_issued, valid_from, valid_to,
                    status_data, changed_at
               from licence
              where bureau = $1 and number > $2
                and (shop_name like $3 escape '!' or person_name like $3 escape '!')
              order by number
              limit $4",
            params![bureau, after, like, limit],
        )
        .await?;
    rows.iter().map(licence_from).collect()
}

/// A bureau's licences of one credit code.
pub async fn of_credit_code(
    on: &mut impl Exec,
    bureau: &str,
    credit_code: &str,
) -> Result<Vec<Licence>, Fault> {
    let rows = on
        .query(
            "select bureau, number, version, holder, shop_name, person_name, credit_code, company_type, eco_type,
                    biz_format, area_type, area_m2, address, division, lat, lon, unit, scope, supply_company,
                    issuer_name, item_slug, case_id, case_number, issued_on, first_issued, valid_from, valid_to,
                    status_data, changed_at
               from licence
              where bureau = $1 and credit_code = $2
              order by number
              limit 100",
            params![bureau, credit_code],
        )
        .await?;
    rows.iter().map(licence_from).collect()
}

/// How many licences a bureau keeps in each stored state: code and number.
pub async fn count_by_state(on: &mut impl Exec, bureau: &str) -> Result<Vec<(String, i64)>, Fault> {
    let rows = on
        .query(
            "select status, count(*)
               from licence
              where bureau = $1
              group by status
              order by status",
            params![bureau],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// Everything a new licence writes beside its number: the row, its holder, its look-up keys, its guard.
/// `seq` comes from [`next_seq`].
pub fn insert(licence: &Licence, seq: i64) -> Statement {
    Statement::expecting(
        "insert into licence
            (bureau, number, version, seq, holder, shop_name, person_name, credit_code, company_type, eco_type,
             biz_format, area_type, area_m2, address, division, lat, lon, unit, scope, supply_company, issuer_name,
             item_slug, case_id, case_number, issued_on, first_issued, valid_from, valid_to, status, status_data,
             changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                 $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)",
        values(licence, seq),
        1,
    )
}

/// No second licence with this number, in whichever bureau.
pub fn guard_number(bureau: &str, number: &str) -> Statement {
    Statement::expecting(
        "insert into uniq (key_hash, kind, bureau, value)
         values ($1, 'licence-no', $2, $3)",
        params![number, bureau, number],
        1,
    )
}

pub fn hold(subject: &str, bureau: &str, number: &str) -> Statement {
    Statement::new(
        "insert into licence_of (subject, bureau, number)
         values ($1, $2, $3)
         on conflict (subject, bureau, number) do nothing",
        params![subject, bureau, number],
    )
}

pub fn look_up_under(key_hash: &str, kind: Kind, bureau: &str, number: &str) -> Statement {
    Statement::new(
        "insert into licence_lookup (key_hash, kind, bureau, number)
         values ($1, $2, $3, $4)
         on conflict (key_hash, kind, bureau, number) do nothing",
        params![key_hash, kind.code(), bureau, number],
    )
}

/// Saves a moved state against the version it was read at.
pub fn save_status(licence: &Licence, next: Status, seq: i64, now: Timestamp) -> Statement {
    Statement::expecting(
        "update licence
            set status = $1, status_data = $2, seq = $3, version = version + 1, changed_at = $4
          where bureau = $5 and number = $6 and version = $7",
        params![next.code(), status_data(next), seq, now, &licence.bureau, &licence.number, licence.version],
        1,
    )
}

/// Saves what is on the face and the state, against the version it was read at. Number, holder, place and case stay.
pub fn save(licence: &Licence, read_at: i64, seq: i64, now: Timestamp) -> Statement {
    let l = licence;
    Statement::expecting(
        "update licence
            set shop_name = $1, person_name = $2, company_type = $3, eco_type = $4, address = $5, scope = $6,
                supply_company = $7, issued_on = $8, valid_from = $9, valid_to = $10, status = $11,
                status_data = $12, seq = $13, version = version + 1, changed_at = $14
          where bureau = $15 and number = $16 and version = $17",
        params![
            &l.shop_name,
            &l.person_name,
            &l.company_type,
            &l.eco_type,
            &l.address,
            &l.scope,
            &l.supply_company,
            l.issued_on,
            l.valid_from,
            l.valid_to,
            l.status.code(),
            status_data(l.status),
            seq,
            now,
            &l.bureau,
            &l.number,
            read_at
        ],
        1,
    )
}

/// Puts a licence under its holder's account: one taken over from an older system, once its holder is known.
pub fn give_to(licence: &Licence, subject: &str, seq: i64, now: Timestamp) -> Vec<Statement> {
    let give = Statement::expecting(
        "update licence
            set holder = $1, seq = $2, version = version + 1, changed_at = $3
          where bureau = $4 and number = $5 and version = $6",
        params![subject, seq, now, &licence.bureau, &licence.number, licence.version],
        1,
    );
    vec![give, hold(subject, &licence.bureau, &licence.number)]
}

/// The next step of a bureau's changes. Its row stays locked until the transaction ends, which is what makes the
/// numbers visible in order: take it last.
pub async fn next_seq(tx: &mut impl Exec, bureau: &str) -> Result<i64, Fault> {
    let row = tx
        .query_one(
            "insert into licence_head (bureau, seq)
             values ($1, 1)
             on conflict (bureau) do update set seq = licence_head.seq + 1
             returning seq",
            params![bureau],
        )
        .await?;
    row.int(0)
}

/// How far the changes of a bureau have come; 0 before the first.
pub async fn head(on: &mut impl Exec, bureau: &str) -> Result<i64, Fault> {
    let row = on.query_opt("select seq from licence_head where bureau = $1", params![bureau]).await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// How far each bureau's changes have come.
pub async fn heads(on: &mut impl Exec) -> Result<Vec<(String, i64)>, Fault> {
    let rows = on
        .query(
            "-- all bureaus: the register in memory follows every bureau
             select bureau, seq
               from licence_head
              order by bureau",
            params![],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// What the register keeps of a licence that changed, and where the change stands.
pub(crate) struct Change {
    pub seq: i64,
    pub number: String,
    pub shop_name: String,
    pub person_name: String,
    pub credit_code: String,
    pub company_type: String,
    pub address: String,
    pub scope: String,
    pub issuer_name: String,
    pub valid_from: Date,
    pub valid_to: Date,
    pub status: Status,
}

/// The licences of a bureau changed after (`seq`, `number`), in the order of their changes.
pub(crate) async fn changed_after(
    on: &mut impl Exec,
    bureau: &str,
    seq: i64,
    number: &str,
    limit: i64,
) -> Result<Vec<Change>, Fault> {
    let rows = on
        .query(
            "select seq, number, shop_name, person_name, credit_code, company_type, address, scope, issuer_name,
                    valid_from, valid_to, status_data
               from licence
              where bureau = $1 and (seq, number) > ($2, $3)
              order by seq, number
              limit $4",
            params![bureau, seq, number, limit],
        )
        .await?;
    rows.iter().map(change_from).collect()
}

fn change_from(row: &Row) -> Result<Change, Fault> {
    Ok(Change {
        seq: row.int(0)?,
        number: row.text(1)?,
        shop_name: row.text(2)?,
        person_name: row.text(3)?,
        credit_code: row.text(4)?,
        company_type: row.text(5)?,
        address: row.text(6)?,
        scope: row.text(7)?,
        issuer_name: row.text(8)?,
        valid_from: row.date(9)?,
        valid_to: row.date(10)?,
        status: status_from(row, 11)?,
    })
}

/// Does a bureau keep any licence yet?
pub(crate) async fn any_in(on: &mut impl Exec, bureau: &str) -> Result<bool, Fault> {
    let row = on.query_opt("select number from licence where bureau = $1 limit 1", params![bureau]).await?;
    Ok(row.is_some())
}

/// Which of these numbers of a bureau exist. At most a few hundred at a time.
pub(crate) async fn existing(
    on: &mut impl Exec,
    bureau: &str,
    numbers: &[&str],
) -> Result<Vec<String>, Fault> {
    let places: Vec<String> = (2..numbers.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!("select number from licence where bureau = $1 and number in ({})", places.join(", "));
    let mut params = params![bureau];
    params.extend(numbers.iter().map(Value::from));
    let rows = on.query_dyn(sql, params).await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Held licences in use whose last day lies between two days, after (`valid_to`, `number`).
pub(crate) async fn ending_between(
    on: &mut impl Exec,
    bureau: &str,
    from: Date,
    to: Date,
    after: (Date, &str),
    limit: i64,
) -> Result<Vec<Licence>, Fault> {
    let rows = on
        .query(
            "select bureau, number, version, holder, shop_name, person_name, credit_code, company_type, eco_type,
                    biz_format, area_type, area_m2, address, division, lat, lon, unit, scope, supply_company,
                    issuer_name, item_slug, case_id, case_number, issued_on, first_issued, valid_from, valid_to,
                    status_data, changed_at
               from licence
              where bureau = $1 and valid_to >= $2 and valid_to <= $3 and (valid_to, number) > ($4, $5)
                and holder is not null and status in ('trading', 'paused', 'stopped')
              order by valid_to, number
              limit $6",
            params![bureau, from, to, after.0, after.1, limit],
        )
        .await?;
    rows.iter().map(licence_from).collect()
}
