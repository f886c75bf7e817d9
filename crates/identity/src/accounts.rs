//! Accounts: natural persons, legal persons, agents and officers; by which names they sign in; what is known of them.

use db::{Exec, Tx, params};
use web::{App, text};

use crate::{Fault, key_hash, seal};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 自然人
    Natural,
    /// 法人或其他组织
    Legal,
    /// 代理人: a natural person who acts for others by mandate.
    Agent,
    /// 工作人员
    Officer,
}

impl Kind {
    pub fn code(self) -> &'static str {
        match self {
            Kind::Natural => "natural",
            Kind::Legal => "legal",
            Kind::Agent => "agent",
            Kind::Officer => "officer",
        }
    }
    pub fn from_code(code: &str) -> Option<Kind> {
        [Kind::Natural, Kind::Legal, Kind::Agent, Kind::Officer].into_iter().find(|kind| kind.code() == code)
    }
    pub fn says(self) -> &'static str {
        match self {
            Kind::Natural => "个人",
            Kind::Legal => "法人或其他组织",
            Kind::Agent => "代理人",
            Kind::Officer => "工作人员",
        }
    }
}

/// What an account is made of; values as checked by the form, in full.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAccount {
    pub kind: Kind,
    /// The person's name, or the organisation's.
    pub name: String,
    /// 法定代表人 or 负责人 of an organisation; empty else.
    pub representative: String,
    /// Citizen ID number of the person or the representative; empty for officers.
    pub id_number: String,
    pub phone: String,
    /// Empty for natural persons.
    pub credit_code: String,
    pub address: String,
    /// An extra name to sign in by; `None` when phone and numbers are enough.
    pub login: Option<String>,
    pub bureau: Option<String>,
}

/// Everything an account says of its holder, opened. For forms to prefill and letters to address; never for lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub subject: String,
    pub kind: Kind,
    pub name: String,
    pub representative: String,
    pub id_number: String,
    pub id_masked: String,
    pub phone: String,
    pub phone_masked: String,
    pub credit_code: String,
    pub address: String,
}

impl Profile {
    /// The natural person behind it: the holder, or an organisation's representative.
    pub fn person_name(&self) -> &str {
        if self.representative.is_empty() { &self.name } else { &self.representative }
    }
}

/// Creates an account; `phc` is the password's hash. Answers the subject. `Fault::Taken` when a name is in use.
pub async fn add(app: &App, tx: &mut Tx, new: &NewAccount, phc: &str) -> Result<String, Fault> {
    let subject = app.new_id();
    add_as(app, tx, &subject, new, phc).await?;
    Ok(subject)
}

/// As [`add`], under a subject of the caller's choosing (officers, demo people).
pub async fn add_as(app: &App, tx: &mut Tx, subject: &str, new: &NewAccount, phc: &str) -> Result<(), Fault> {
    let now = app.now();
    for (kind, value, what) in login_names(new) {
        claim_name(app, tx, kind, &value, subject, what).await?;
    }
    tx.execute(
        "insert into account (subject, kind, name, representative, id_masked, id_sealed, phone_masked, phone_sealed,
                              credit_code, address, bureau, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            subject,
            new.kind.code(),
            &new.name,
            &new.representative,
            text::mask_id(&new.id_number),
            seal::seal(app, "account.id", &new.id_number),
            text::mask_phone(&new.phone),
            seal::seal(app, "account.phone", &new.phone),
            &new.credit_code,
            &new.address,
            &new.bureau,
            now
        ],
    )
    .await?;
    set_password(tx, subject, phc, now).await
}

/// Names one signs in by. An organisation's representative keeps ID number and phone for a personal account.
fn login_names(new: &NewAccount) -> Vec<(&'static str, String, &'static str)> {
    let mut names = Vec::new();
    match new.kind {
        Kind::Legal => names.push(("credit", new.credit_code.clone(), "统一社会信用代码")),
        Kind::Natural | Kind::Agent => {
            names.push(("citizen", new.id_number.to_uppercase(), "身份证号码"));
            names.push(("phone", new.phone.clone(), "手机号"));
        }
        Kind::Officer => {}
    }
    names.extend(new.login.iter().map(|login| ("login", login.to_lowercase(), "登录名")));
    names.retain(|(_, value, _)| !value.is_empty());
    names
}

async fn claim_name(
    app: &App,
    tx: &mut Tx,
    kind: &'static str,
    value: &str,
    subject: &str,
    what: &'static str,
) -> Result<(), Fault> {
    let claimed = tx
        .execute(
            "insert into login_name (key_hash, kind, subject) values ($1, $2, $3)
             on conflict (key_hash, kind) do nothing",
            params![key_hash(app, kind, value), kind, subject],
        )
        .await?;
    if claimed == 1 { Ok(()) } else { Err(Fault::Taken { what }) }
}

pub async fn set_password(
    db: &mut impl Exec,
    subject: &str,
    phc: &str,
    now: jiff::Timestamp,
) -> Result<(), Fault> {
    db.execute(
        "insert into credential (subject, kind, phc, changed_at) values ($1, 'password', $2, $3)
         on conflict (subject, kind) do update set phc = excluded.phc, changed_at = excluded.changed_at",
        params![subject, phc, now],
    )
    .await?;
    Ok(())
}

/// Whom a typed name signs in: a phone, ID number, credit code or login name.
pub async fn by_typed_name(app: &App, db: &mut impl Exec, typed: &str) -> Result<Option<String>, Fault> {
    let typed = law::codes::normalise(typed);
    let guesses = [
        ("phone", typed.clone()),
        ("citizen", typed.to_uppercase()),
        ("credit", typed.to_uppercase()),
        ("login", typed.to_lowercase()),
    ];
    for (kind, value) in guesses {
        if let Some(subject) = by_name(app, db, kind, &value).await? {
            return Ok(Some(subject));
        }
    }
    Ok(None)
}

/// Whom a name of one kind (`phone`, `citizen`, `credit`, `login`) signs in.
pub async fn by_name(
    app: &App,
    db: &mut impl Exec,
    kind: &str,
    value: &str,
) -> Result<Option<String>, Fault> {
    let row = db
        .query_opt(
            "select subject from login_name where key_hash = $1 and kind = $2",
            params![key_hash(app, kind, value), kind],
        )
        .await?;
    Ok(row.map(|row| row.text(0)).transpose()?)
}

pub(crate) async fn password_of(db: &mut impl Exec, subject: &str) -> Result<Option<String>, Fault> {
    let row = db
        .query_opt(
            "select c.phc from credential c join account a on a.subject = c.subject
              where c.subject = $1 and c.kind = 'password' and a.closed_at is null",
            params![subject],
        )
        .await?;
    Ok(row.map(|row| row.text(0)).transpose()?)
}

/// Everything known of an account, opened. `None` when there is no such account.
pub async fn profile(app: &App, db: &mut impl Exec, subject: &str) -> Result<Option<Profile>, Fault> {
    let row = db
        .query_opt(
            "select kind, name, representative, id_sealed, id_masked, phone_sealed, phone_masked, credit_code, address
               from account where subject = $1",
            params![subject],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Profile {
        subject: subject.to_string(),
        kind: Kind::from_code(&row.text(0)?).ok_or_else(|| db::Fault::Shape("account.kind".into()))?,
        name: row.text(1)?,
        representative: row.text(2)?,
        id_number: seal::open(app, "account.id", &row.text(3)?)?,
        id_masked: row.text(4)?,
        phone: seal::open(app, "account.phone", &row.text(5)?)?,
        phone_masked: row.text(6)?,
        credit_code: row.text(7)?,
        address: row.text(8)?,
    }))
}

pub(crate) async fn kind_of(db: &mut impl Exec, subject: &str) -> Result<Option<Kind>, Fault> {
    let row = db.query_opt("select kind from account where subject = $1", params![subject]).await?;
    let code = row.map(|row| row.text(0)).transpose()?;
    Ok(code.as_deref().and_then(Kind::from_code))
}
