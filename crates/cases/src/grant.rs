//! What a granted case hands over, inside its own transaction, to whoever issues the licence.
//! `licences` stands later in the house, so it comes in through this interface and the arrow stays one-way.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};

/// Everything a licence is made of, drawn from the case that was granted.
#[derive(Clone, Debug)]
pub struct Granted {
    pub bureau: String,
    pub case_id: String,
    pub case_number: String,
    pub item_slug: String,
    pub business_type: String,
    /// Account of the holder.
    pub holder: String,
    pub shop_name: String,
    pub person_name: String,
    /// Full number; used for the holder's look-up key only, never shown.
    pub person_id: String,
    pub credit_code: String,
    pub company_type: String,
    pub eco_type: String,
    pub biz_format: String,
    pub area_type: String,
    /// Square metres.
    pub area_m2: i64,
    pub address: String,
    /// Six digits, the prefix of the licence number.
    pub division: String,
    /// 1e-7 degrees.
    pub lat: Option<i64>,
    pub lon: Option<i64>,
    pub scope: String,
    pub supply_company: String,
    pub issuer_name: String,
    pub decided_on: Date,
    /// Who decided: under whose hand the seal is used.
    pub decided_by: String,
    pub decided_by_name: String,
    pub valid_years: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Twelve digits.
    pub number: String,
    pub valid_from: Date,
    pub valid_to: Date,
}

/// Issues the licence of a granted case. Runs in the decision's transaction: no decision without its licence.
#[async_trait]
pub trait Issues: Send + Sync {
    async fn issue(&self, tx: &mut db::Tx, granted: &Granted, now: Timestamp)
    -> Result<Issued, crate::Fault>;

    /// The decision's transaction is committed: whoever keeps a copy in memory may look now. A nudge, never a duty.
    fn committed(&self) {}
}

/// The part of `App` under which the portal hands in who issues.
pub struct Issuer(pub std::sync::Arc<dyn Issues>);
