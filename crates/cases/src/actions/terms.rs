//! What an application is held to: the version of the item and the bureau's own words under which it was begun.

use std::sync::Arc;

use catalog::{LocalItem, MaterialSpec};
use db::Exec;
use jiff::civil::Date;
use law::Workdays;
use web::App;

use crate::Fault;
use crate::case::Case;
use crate::clock::Allowed;
use crate::letters::Office;
use crate::store::Draft;

/// What the item a case was filed under says of it.
#[derive(Clone)]
pub struct Terms {
    /// Without the materials the bureau waives.
    pub item: Arc<catalog::Item>,
    pub business_code: String,
    pub allowed: Allowed,
    pub office: Office,
    /// SM3 of the bureau's text; `None` where the bureau has none of its own.
    pub local_digest: Option<String>,
    /// 免交: materials of the item that the bureau gets in another way.
    pub waived: Vec<WaivedMaterial>,
}

/// A material that needn't be handed in, and how the bureau gets it.
#[derive(Clone, Debug)]
pub struct WaivedMaterial {
    pub spec: MaterialSpec,
    pub instead: String,
}

impl Terms {
    pub fn business(&self) -> &catalog::BusinessType {
        self.item.business(&self.business_code).expect("checked when the terms were read")
    }

    pub fn matter(&self) -> String {
        crate::letters::matter(&self.item, self.business())
    }

    /// How a material is called, whether asked for or waived.
    pub fn material_name(&self, slot: &str) -> String {
        let waived = self.waived.iter().map(|one| &one.spec).find(|spec| spec.key == slot);
        self.business().material(slot).or(waived).map_or_else(|| slot.to_owned(), |spec| spec.name.clone())
    }
}

/// What is applied for, and where.
struct What<'a> {
    bureau: &'a str,
    item: &'a str,
    version: &'a str,
    business: &'a str,
}

/// Which words of the bureau hold.
enum Held<'a> {
    Now,
    /// Those of the text with this digest, as they were on the day.
    Kept(&'a str, Date),
    /// Filed before texts were kept: the promise of now, and all materials that were asked for then.
    Unkept,
}

/// What holds for an application that begins now under that version of the item.
pub async fn terms(
    app: &App,
    db: &mut impl Exec,
    bureau: &str,
    item: &str,
    version: &str,
    business: &str,
) -> Result<Terms, Fault> {
    read(app, db, &What { bureau, item, version, business }, Held::Now).await
}

/// What holds for a case: the words it was filed under, as they were on the day it was received.
pub async fn terms_of(app: &App, db: &mut impl Exec, case: &Case) -> Result<Terms, Fault> {
    let (bureau, item, version) = (&case.bureau, &case.item, &case.item_version);
    let held = match &case.local_digest {
        Some(digest) => Held::Kept(digest, case.received_on()),
        None => Held::Unkept,
    };
    read(app, db, &What { bureau, item, version, business: &case.business }, held).await
}

/// What holds for a draft: the words it was begun under.
pub(crate) async fn terms_of_draft(app: &App, db: &mut impl Exec, draft: &Draft) -> Result<Terms, Fault> {
    let (bureau, item, version) = (&draft.bureau, &draft.item, &draft.item_version);
    let held = match &draft.local_digest {
        Some(digest) => Held::Kept(digest, app.today()),
        None => Held::Now,
    };
    read(app, db, &What { bureau, item, version, business: &draft.business }, held).await
}

async fn read(app: &App, db: &mut impl Exec, what: &What<'_>, held: Held<'_>) -> Result<Terms, Fault> {
    let catalogue = app.part::<catalog::Catalogue>();
    let item = catalog::store::edition(db, &catalogue, what.item, what.version)
        .await
        .map_err(|fault| Fault::ItemGone(fault.to_string()))?
        .ok_or_else(|| Fault::ItemGone(format!("{} {}", what.item, what.version)))?;
    let now = catalogue.local(&item, what.bureau);
    let kept = match held {
        Held::Kept(digest, _) => kept_local(db, &catalogue, (&item, what.bureau), digest).await?,
        Held::Now | Held::Unkept => None,
    };
    let day = match held {
        Held::Kept(_, day) => day,
        Held::Now | Held::Unkept => app.today(),
    };
    let words = kept.as_ref().or(now);
    let kind = item.business(what.business).ok_or_else(|| Fault::ItemGone(what.business.to_owned()))?;
    let promised = words.map_or(kind.limits.promised, |local| local.promised(kind, day));
    let allowed = Allowed {
        statutory: Workdays(kind.limits.statutory),
        promised: Workdays(promised.min(kind.limits.promised)),
    };
    let business_code = kind.code.clone();
    let waiving = words.filter(|_| !matches!(held, Held::Unkept));
    let (item, waived) = without_waived(item, &business_code, waiving);
    let own = words.filter(|local| local.bureau == what.bureau);
    let local_digest = own.map(|local| local.digest.clone());
    // Where to go and whom to call is said as it is today.
    let office = office(app, db, what.bureau, now).await?;
    Ok(Terms { item, business_code, allowed, office, local_digest, waived })
}

/// The bureau's text under which something was begun. One that can't be found is named in the log, and what the bureau says
/// now goes in its place: the person's case must not stand still for it.
async fn kept_local(
    db: &mut impl Exec,
    catalogue: &catalog::Catalogue,
    (item, bureau): (&catalog::Item, &str),
    digest: &str,
) -> Result<Option<LocalItem>, Fault> {
    let kept = catalog::store::editions::local(db, catalogue, (item, bureau), digest)
        .await
        .map_err(|fault| Fault::ItemGone(fault.to_string()))?;
    if kept.is_none() {
        tracing::error!(
            bureau,
            item = item.slug,
            digest,
            "the bureau's text of an application is not kept here"
        );
    }
    Ok(kept)
}

/// The item as this bureau asks for it, and what it waives.
fn without_waived(
    item: Arc<catalog::Item>,
    business: &str,
    local: Option<&LocalItem>,
) -> (Arc<catalog::Item>, Vec<WaivedMaterial>) {
    let (Some(local), Some(kind)) = (local, item.business(business)) else { return (item, vec![]) };
    let waive = |spec: &MaterialSpec| {
        let waived = local.waives(kind, &spec.key)?;
        Some(WaivedMaterial { spec: spec.clone(), instead: waived.instead.clone() })
    };
    let waived: Vec<WaivedMaterial> = kind.materials.iter().filter_map(waive).collect();
    if waived.is_empty() {
        return (item, waived);
    }
    let mut less = (*item).clone();
    for kind in less.types.iter_mut().filter(|kind| kind.code == business) {
        kind.materials.retain(|spec| !waived.iter().any(|one| one.spec.key == spec.key));
    }
    (Arc::new(less), waived)
}

async fn office(
    app: &App,
    db: &mut impl Exec,
    bureau: &str,
    local: Option<&LocalItem>,
) -> Result<Office, Fault> {
    let known = identity::bureaus::by_code(app, db, bureau).await?.ok_or(Fault::Unknown)?;
    let hall = local.and_then(|local| local.halls.first());
    Ok(Office {
        code: bureau.to_owned(),
        name: known.name.clone(),
        short: known.short.clone(),
        phone: local.map_or_else(|| known.phone.clone(), |local| local.consult_phone.clone()),
        address: hall.map_or_else(|| known.address.clone(), |hall| format!("{}{}", hall.address, hall.name)),
        review_organ: known.review_organ.clone(),
        court: known.court.clone(),
        supply_company: known.supply_company.clone(),
        publicity: "本机关政务服务网站的许可决定公示栏目".to_owned(),
        delivery: "电子送达，并可到窗口领取或者邮寄".to_owned(),
    })
}
