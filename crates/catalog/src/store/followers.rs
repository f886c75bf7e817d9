//! Every query on the `guide_follower` table: who is told when a guide changes.

use db::{Exec, Statement, params};
use jiff::Timestamp;

use crate::fault::Fault;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    pub item: String,
    pub business: String,
    pub subject: String,
    /// The bureau whose guide it is; empty for the one without a bureau.
    pub bureau: String,
    /// Digest of the guide the person knows.
    pub told: String,
    /// [`crate::Standing::mark`] of what the person was last told about the item.
    pub standing: String,
}

/// Follows a guide; who follows it already follows that of another bureau from now on.
pub fn follow(who: &Follower, at: Timestamp) -> Statement {
    Statement::new(
        "insert into guide_follower (item, business, subject, bureau, told, told_standing, since)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (item, business, subject) do update
         set bureau = excluded.bureau, told = excluded.told, told_standing = excluded.told_standing",
        params![
            &who.item,
            &who.business,
            &who.subject,
            &who.bureau,
            &who.told,
            &who.standing,
            at.as_microsecond()
        ],
    )
}

pub fn leave(item: &str, business: &str, subject: &str) -> Statement {
    Statement::new(
        "delete from guide_follower where item = $1 and business = $2 and subject = $3",
        params![item, business, subject],
    )
}

/// The person knows this text of the guide now.
pub fn told(who: &Follower, digest: &str) -> Statement {
    Statement::new(
        "update guide_follower set told = $1 where item = $2 and business = $3 and subject = $4 and told = $5",
        params![digest, &who.item, &who.business, &who.subject, &who.told],
    )
}

/// The person knows how the item stands now.
pub fn told_standing(who: &Follower, mark: &str) -> Statement {
    Statement::new(
        "update guide_follower set told_standing = $1 where item = $2 and business = $3 and subject = $4",
        params![mark, &who.item, &who.business, &who.subject],
    )
}

/// Whether this person follows the guide.
pub async fn follows(on: &mut impl Exec, item: &str, business: &str, subject: &str) -> Result<bool, Fault> {
    let row = on
        .query_opt(
            "select subject from guide_follower where item = $1 and business = $2 and subject = $3",
            params![item, business, subject],
        )
        .await?;
    Ok(row.is_some())
}

/// `most` followers of an item's guides after the one named, by business type and person.
pub async fn of_item(
    on: &mut impl Exec,
    item: &str,
    (business, subject): (&str, &str),
    most: i64,
) -> Result<Vec<Follower>, Fault> {
    let rows = on
        .query(
            "select business, subject, bureau, told, told_standing from guide_follower
              where item = $1 and (business > $2 or (business = $2 and subject > $3))
              order by business, subject limit $4",
            params![item, business, subject, most],
        )
        .await?;
    let follower = |row: &db::Row| {
        Ok(Follower {
            item: item.to_owned(),
            business: row.text(0)?,
            subject: row.text(1)?,
            bureau: row.text(2)?,
            told: row.text(3)?,
            standing: row.opt_text(4)?.unwrap_or_default(),
        })
    };
    rows.iter().map(follower).collect()
}

#[cfg(test)]
mod tests;
