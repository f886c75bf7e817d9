//! The papers of a case as values: which facts stand on each. Wording and layout stand in `templates/papers`.
//! Pure: a letter, its page and its history row are drawn from the same case.

use jiff::{Timestamp, civil::Date};
use law::{Due, Workdays};
use papers::data::{
    Acceptance, ApplicationForm, Contact, Deemed, Delivery as Served1, DistanceLine, ExtensionNotice,
    Finding, FormGroup, FormRow, Grant, Head, InspectingOfficer, InspectionRecord, MaterialLine, NotAccepted,
    NotAcceptedGround, Party, PartySign, PauseNotice, PhotoLine, Reason, Receipt, Refusal, Remedies, Served,
    ServiceReceipt, Signature, Supplement, SupplementItem, WithdrawalRecord,
};

use crate::case::{Case, CasePaper, Delivery, Material, Way};
use crate::decide::{Decision, ground};
use crate::fields;
use crate::grant::Issued;
use crate::inspect::{CHECKLIST, PresentParty, metres};
use crate::intake::Declined;
use crate::stage::{Gap, Running};
use crate::store::{Inspection, Photo};

/// What a letter says of the bureau that sends it.
#[derive(Clone, Debug)]
pub struct Office {
    pub code: String,
    pub name: String,
    /// The short name in document numbers, 城中.
    pub short: String,
    pub phone: String,
    pub address: String,
    pub review_organ: String,
    pub court: String,
    /// 供货单位 printed on licences of this bureau.
    pub supply_company: String,
    /// Where decisions can be read by the public.
    pub publicity: String,
    /// 送达方式 printed on a grant.
    pub delivery: String,
}

impl Office {
    fn contact(&self) -> Contact {
        Contact { person: None, phone: self.phone.clone(), address: Some(self.address.clone()) }
    }

    fn remedies(&self) -> Remedies {
        Remedies {
            review_organ: self.review_organ.clone(),
            review_days: 60,
            court: self.court.clone(),
            litigation_months: 6,
        }
    }
}

/// 烟草专卖零售许可证核发（新办）
pub fn matter(item: &catalog::Item, business: &catalog::BusinessType) -> String {
    format!("{}（{}）", item.name, business.name)
}

fn head(case: &Case, office: &Office, matter: &str) -> Head {
    let phone = case.value(fields::PHONE);
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Head {
        bureau: office.name.clone(),
        case_number: case.number.clone(),
        item: matter.to_owned(),
        party: Party {
            name: case.shop.clone(),
            person: filled(&case.applicant),
            credit_code: filled(&case.credit_code),
            id_masked: filled(&papers::chinese::mask_id(case.value(fields::PERSON_ID))),
            phone: filled(&papers::chinese::mask_phone(phone)),
            address: filled(case.value(fields::ADDRESS)),
        },
        contact: office.contact(),
    }
}

fn cites(under: &[law::Citation]) -> Vec<String> {
    under.iter().map(law::Citation::to_string).collect()
}

fn clock(at: Timestamp) -> jiff::civil::DateTime {
    at.to_zoned(web::clock::office_zone()).datetime()
}

pub fn receipt(
    case: &Case,
    office: &Office,
    matter: &str,
    lines: Vec<MaterialLine>,
    query_how: String,
    answer: &law::Due,
) -> Receipt {
    Receipt {
        head: head(case, office, matter),
        received_at: clock(case.received_at),
        channel: case.channel.says().to_owned(),
        receiver: None,
        materials: lines,
        query_code: case.query_code.clone(),
        query_how,
        answer_due: answer.on,
        answer_provisional: answer.provisional,
        next: vec![
            "我们将在上述日期前告知您是否受理；需要补正的，会一次列出全部内容。".to_owned(),
            "逾期没有告知的，自收到申请材料之日起即为受理。".to_owned(),
            "受理后会安排两名以上工作人员到经营场所核查，请保持电话畅通。".to_owned(),
            "办理不收取任何费用，也没有委托任何人代办。".to_owned(),
        ],
    }
}

/// The list of what came in, by the names of the item's materials.
pub fn material_lines(business: &catalog::BusinessType, materials: &[Material]) -> Vec<MaterialLine> {
    let mut lines = vec![];
    for spec in &business.materials {
        let mine: Vec<&Material> = materials.iter().filter(|material| material.slot == spec.key).collect();
        if spec.generated {
            lines.push(line(&spec.name, "电子件", 1, None, Some("由系统根据填写内容生成")));
        } else if let Some(first) = mine.first() {
            lines.push(line(&spec.name, "电子件", mine.len() as u16, Some(first.digest.clone()), None));
        }
    }
    lines
}

fn line(name: &str, form: &str, copies: u16, digest: Option<String>, note: Option<&str>) -> MaterialLine {
    let note = note.map(str::to_owned);
    MaterialLine { name: name.to_owned(), form: form.to_owned(), copies, pages: None, digest, note }
}

pub fn application_form(
    case: &Case,
    office: &Office,
    matter: &str,
    business: &catalog::BusinessType,
    lines: Vec<MaterialLine>,
) -> ApplicationForm {
    let asked = |field: &&catalog::Field| field.asked(&case.form);
    let row = |field: &catalog::Field| FormRow {
        label: field.label.clone(),
        value: field.shown(case.form.get(&field.key).map_or("", String::as_str)),
    };
    let groups = business.form.groups.iter().map(|group| FormGroup {
        title: group.title.clone(),
        rows: group.fields.iter().filter(asked).map(row).collect(),
    });
    ApplicationForm {
        head: head(case, office, matter),
        form_name: format!("烟草专卖零售许可证{}申请表", business.name),
        groups: groups.filter(|group| !group.rows.is_empty()).collect(),
        materials: lines,
        agent: None,
        promises: PROMISES.iter().map(|says| (*says).to_owned()).collect(),
        signature: Some(Signature {
            name: case.applicant.clone(),
            at: clock(case.received_at),
            method: "登录账户在线确认".to_owned(),
        }),
    }
}

/// What the applicant ticks before sending. 《行政许可法》第三十一条第一款 and 第七十八条.
pub static PROMISES: &[&str] = &[
    "本人提交的申请材料真实、有效，对申请材料实质内容的真实性负责。",
    "本人知悉：隐瞒有关情况或者提供虚假材料的，行政机关不予受理或者不予许可，并给予警告。",
    "本人同意行政机关为办理本申请核查、使用所提交的信息，并同意以电子方式接收本申请的文书。",
];

pub fn acceptance(
    case: &Case,
    office: &Office,
    matter: &str,
    days: (Workdays, Workdays),
    due: &Due,
) -> Acceptance {
    let run = case.stage.running().expect("an acceptance is written for a case that is running");
    let deemed = run.deemed.then(|| Deemed {
        received_on: case.received_on(),
        notice_due: case.due.notice.unwrap_or(run.accepted_on),
    });
    Acceptance {
        head: head(case, office, matter),
        applied_on: case.received_on(),
        accepted_on: run.accepted_on,
        deemed,
        limit_days: days.0.0,
        promised_days: (days.1 < days.0).then_some(days.1.0),
        due_on: due.on,
        due_provisional: due.provisional,
        not_counted: ["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"]
            .map(str::to_owned)
            .to_vec(),
        under: accepted_under(run.deemed),
        query_code: Some(case.query_code.clone()),
    }
}

fn accepted_under(deemed: bool) -> Vec<String> {
    let rule = law::licensing(32, 1).item(if deemed { 4 } else { 5 });
    cites(&[rule, law::licensing(42, 1), law::licensing(82, 1)])
}

pub fn supplement(case: &Case, office: &Office, matter: &str, gaps: &[Gap], answer_by: Date) -> Supplement {
    let items = gaps.iter().map(|gap| SupplementItem {
        material: gap.name.clone(),
        reason: gap.reason.clone(),
        wanted: gap.remedy.clone(),
        example: (!gap.example.is_empty()).then(|| gap.example.clone()),
        under: None,
    });
    Supplement {
        head: head(case, office, matter),
        applied_on: case.received_on(),
        items: items.collect(),
        answer_by: Some(answer_by),
        consequence: "补正期间不计算办理期限。到期仍未补正的，本次申请退回，你（单位）可以重新申请。"
            .to_owned(),
        under: cites(&[law::licensing(32, 1).item(4)]),
    }
}

pub fn not_accepted(case: &Case, office: &Office, matter: &str, why: &Declined, facts: &str) -> NotAccepted {
    let ground = match why {
        Declined::NotRequired => NotAcceptedGround::NoLicenceNeeded,
        Declined::NotOurs { competent } => NotAcceptedGround::NotOurs { competent: competent.clone() },
        Declined::FalseMaterials { .. } => NotAcceptedGround::FalseMaterials,
    };
    // The ground itself is worded by the template.
    let mut said = vec![];
    if let Declined::FalseMaterials { fact } = why {
        said.push(fact.trim().to_owned());
    }
    said.extend((!facts.trim().is_empty()).then(|| facts.trim().to_owned()));
    NotAccepted {
        head: head(case, office, matter),
        applied_on: case.received_on(),
        ground,
        facts: said,
        under: cites(&[why.under(), law::licensing(32, 2)]),
        remedies: office.remedies(),
    }
}

/// An inspector as the record names them.
#[derive(Clone, Debug)]
pub struct InspectorName {
    pub id: String,
    pub name: String,
    pub badge: String,
}

pub fn inspection_record(
    case: &Case,
    office: &Office,
    matter: &str,
    inspection: &Inspection,
    officers: &[InspectorName],
    photos: &[Photo],
) -> InspectionRecord {
    let record = &inspection.record;
    let started = inspection.started_at.unwrap_or(case.changed_at);
    let party = record.party.as_ref();
    InspectionRecord {
        head: head(case, office, matter),
        started_at: clock(started),
        ended_at: clock(inspection.finished_at.unwrap_or(started)),
        place: case.value(fields::ADDRESS).to_owned(),
        present: party.map(|party| match party {
            PresentParty::Signed { by, relation } => format!("{}（{relation}）", by.name),
            PresentParty::Refused { .. } => "在场，拒绝签名".to_owned(),
        }),
        officers: officers
            .iter()
            .map(|officer| InspectingOfficer {
                name: officer.name.clone(),
                badge: officer.badge.clone(),
                signed_at: record.signed.get(&officer.id).map(|signature| clock(signature.at)),
            })
            .collect(),
        findings: findings(record),
        distances: distances(record),
        unit: None,
        photos: photos.iter().map(photo_line).collect(),
        conclusion: record.conclusion.clone(),
        under: cites(&[law::licensing(34, 3), law::citations::tobacco_rules(9, 1)]),
        party_sign: match party {
            Some(PresentParty::Signed { by, .. }) => {
                PartySign::Signed { name: by.name.clone(), at: clock(by.at) }
            }
            Some(PresentParty::Refused { reason, witness, witness_unit }) => PartySign::Refused {
                reason: reason.clone(),
                witness: format!("{}（{witness_unit}）", witness.name),
            },
            None => PartySign::Absent { witness: String::new() },
        },
        note: None,
    }
}

fn findings(record: &crate::inspect::Record) -> Vec<Finding> {
    let mut lines: Vec<Finding> = CHECKLIST
        .iter()
        .filter_map(|check| {
            let answer = record.answers.get(check.key)?;
            let meets = answer.verdict == "yes";
            let value = match (meets, answer.note.trim()) {
                (true, "") => "符合".to_owned(),
                (true, note) => format!("符合。{note}"),
                (false, note) => format!("不符合。{note}"),
            };
            Some(Finding { label: check.ask.to_owned(), value, meets: Some(meets) })
        })
        .collect();
    if !record.area_m2.trim().is_empty() {
        let value = format!("{}平方米", record.area_m2.trim());
        lines.push(Finding { label: "经营面积".to_owned(), value, meets: None });
    }
    lines
}

fn distances(record: &crate::inspect::Record) -> Vec<DistanceLine> {
    CHECKLIST
        .iter()
        .filter_map(|check| {
            let answer = record.answers.get(check.key)?;
            check.distance?;
            let to = if check.key == "school" { "中小学、幼儿园" } else { "最近零售点" };
            Some(DistanceLine {
                to: to.to_owned(),
                name: answer.note.clone(),
                metres: metres(&answer.distance)?,
                way: answer.demanded.as_ref().map_or("现场测量", |demand| &demand.way).to_owned(),
                demanded: answer.demanded.as_ref().map(|demand| demand.metres.into()),
                meets: Some(answer.verdict == "yes"),
            })
        })
        .collect()
}

fn photo_line(photo: &Photo) -> PhotoLine {
    let caption = CHECKLIST.iter().find(|check| check.key == photo.of).and_then(|check| check.photo);
    let place = match (photo.lat, photo.lon) {
        (Some(lat), Some(lon)) => format!("北纬{:.6}，东经{:.6}", lat as f64 / 1e7, lon as f64 / 1e7),
        _ => "未取得定位".to_owned(),
    };
    PhotoLine {
        caption: caption.unwrap_or("现场照片").to_owned(),
        taken_at: clock(photo.taken_at),
        place,
        digest: photo.digest.clone(),
    }
}

pub fn extension(case: &Case, office: &Office, matter: &str, before: Date, after: &Due) -> ExtensionNotice {
    let run = running(case);
    let extension = run.extension.as_ref().expect("an extension notice is written for an extended case");
    ExtensionNotice {
        head: head(case, office, matter),
        applied_on: case.received_on(),
        accepted_on: run.accepted_on,
        original_due: before,
        days: extension.days.0,
        reason: extension.reason.clone(),
        approved_by: extension.approved_by.clone(),
        approved_on: extension.on,
        new_due: after.on,
        due_provisional: after.provisional,
        under: cites(&[law::licensing(42, 1)]),
    }
}

pub fn pause(
    case: &Case,
    office: &Office,
    matter: &str,
    pause: &law::Pause,
    needed: Option<u16>,
) -> PauseNotice {
    PauseNotice {
        head: head(case, office, matter),
        applied_on: case.received_on(),
        accepted_on: running(case).accepted_on,
        procedure: pause.kind.label().to_owned(),
        reason: pause.why.clone(),
        from: pause.from,
        needed_days: needed,
        until: pause.to,
        under: cites(&[law::licensing(45, 1)]),
    }
}

fn running(case: &Case) -> &Running {
    case.stage.running().expect("the letter is written for a case that is running")
}

pub fn grant(
    case: &Case,
    office: &Office,
    matter: &str,
    decision: &Decision,
    issued: &Issued,
    deliver: &law::Due,
) -> Grant {
    let mut findings = vec![
        "经审查，申请材料齐全、符合法定形式，经营场所经两名工作人员实地核查，符合法定条件、标准。".to_owned(),
    ];
    findings.extend((!decision.opinion.trim().is_empty()).then(|| decision.opinion.trim().to_owned()));
    Grant {
        head: head(case, office, matter),
        applied_on: case.received_on(),
        accepted_on: running(case).accepted_on,
        findings,
        licence_number: issued.number.clone(),
        scope: fields::scope(case),
        address: case.value(fields::ADDRESS).to_owned(),
        valid_from: issued.valid_from,
        valid_to: issued.valid_to,
        delivery: office.delivery.clone(),
        deliver_by: deliver.on,
        deliver_provisional: deliver.provisional,
        publicity: office.publicity.clone(),
        under: cites(&decision.under),
        remedies: Some(office.remedies()),
    }
}

pub fn refusal(case: &Case, office: &Office, matter: &str, decision: &Decision) -> Refusal {
    let known = decision.reasons.iter().filter_map(|reason| Some((ground(&reason.ground)?, reason)));
    let reasons = known.clone().map(|(ground, reason)| Reason {
        says: format!("{}：{}", ground.says, reason.fact),
        rule: (ground.under)().to_string(),
    });
    let advice: Vec<&str> = known.map(|(ground, _)| ground.remedy).collect();
    let mut facts =
        vec!["本机关受理后，对申请材料进行了审查，并指派两名以上工作人员进行了实地核查。".to_owned()];
    facts.extend((!decision.opinion.trim().is_empty()).then(|| decision.opinion.trim().to_owned()));
    Refusal {
        head: head(case, office, matter),
        applied_on: case.received_on(),
        accepted_on: running(case).accepted_on,
        facts,
        reasons: reasons.collect(),
        under: cites(&decision.under),
        remedies: office.remedies(),
        advice: (!advice.is_empty()).then(|| format!("{}。", advice.join("；"))),
    }
}

pub fn withdrawal(
    case: &Case,
    office: &Office,
    matter: &str,
    stood: &str,
    reason: &str,
    at: Timestamp,
) -> WithdrawalRecord {
    WithdrawalRecord {
        head: head(case, office, matter),
        applied_on: case.received_on(),
        stage: stood.to_owned(),
        reason: reason.to_owned(),
        requested_at: clock(at),
        signed_by: case.applicant.clone(),
        signed_how: "登录账户在线确认".to_owned(),
        handled_by: None,
        outcome: "申请自撤回之日起终止办理，已提交的材料随卷保存，你（单位）可以重新申请。".to_owned(),
        // The act says nothing of taking an application back; nothing is cited rather than something that doesn't fit.
        under: vec![],
    }
}

pub fn service_receipt(
    case: &Case,
    office: &Office,
    matter: &str,
    paper: &CasePaper,
    delivery: &Delivery,
) -> ServiceReceipt {
    let way = match delivery.way {
        Way::Electronic => Served1::Electronic {
            sent_at: clock(delivery.sent_at),
            read_at: delivery.read_at.map(clock),
            digest: paper.ofd().map(str::to_owned),
        },
        Way::Post => {
            Served1::Post { carrier: "邮政特快专递".to_owned(), tracking: delivery.tracking.clone() }
        }
        Way::PickUp | Way::InPerson => Served1::Direct,
    };
    let place = match delivery.way {
        Way::Electronic => "烟政通账户消息".to_owned(),
        Way::PickUp => office.address.clone(),
        Way::Post | Way::InPerson => case.value(fields::ADDRESS).to_owned(),
    };
    ServiceReceipt {
        head: head(case, office, matter),
        served: vec![Served {
            title: paper.kind.title().to_owned(),
            number: paper.number.clone(),
            copies: 1,
        }],
        recipient: case.applicant.clone(),
        place,
        delivery: way,
        servers: vec![delivery.sent_by.clone()],
        delivered_at: clock(delivery.received_at.unwrap_or(delivery.sent_at)),
        received_by: (!delivery.received_by.is_empty()).then(|| delivery.received_by.clone()),
        relation: None,
        refused: None,
        note: None,
    }
}
