//! Invented papers: for tests, for showing a bureau what its letters look like, and for the template author.
//!
//! The town is fictional (division 9901). Each kind has a plain sample, and samples with rare characters in
//! names, names of sixty characters, and lists and reasons that run over the page.

mod decision;
mod ending;
mod handout;
mod intake;
mod others;

pub(crate) use decision::{extensions, grants, pauses, refusals};
pub(crate) use ending::endings;
pub(crate) use handout::handouts;
pub(crate) use intake::{acceptances, application_forms, not_accepteds, receipts, supplements};
pub(crate) use others::{inspection_records, licences, service_receipts, withdrawals};

use crate::data::{
    Acceptance, ApplicationForm, Contact, Ending, ExtensionNotice, Grant, Handout, Head, InspectionRecord,
    Licence, MaterialLine, NotAccepted, PaperData, Party, PauseNotice, Receipt, Refusal, Remedies,
    ServiceReceipt, Supplement, WithdrawalRecord,
};
use crate::{DocumentNumber, Kind, Paper};
use jiff::civil::{Date, date};

/// A name of sixty characters.
const LONG_NAME: &str = "演示市城中区桥城街道解放路步行街东段䶮㛃喆骉犇𬭎烟酒茶叶副食品日用百货综合便民连锁经营服务有限责任公司第三十八分公司解放路店二部";
const LONG_ADDRESS: &str = "演示市城中区桥城街道解放路步行街东段373号万和商业广场一期B座负一层超市入口处右侧B1-027、B1-028、B1-029号商铺（自编）";

const ISSUED: Date = date(2026, 11, 23);
const APPLIED: Date = date(2026, 11, 18);
const ACCEPTED: Date = date(2026, 11, 20);

pub(crate) fn papers(kind: Kind) -> Vec<Paper> {
    match kind {
        Kind::ApplicationForm => of::<ApplicationForm>(kind),
        Kind::Receipt => of::<Receipt>(kind),
        Kind::Acceptance | Kind::DeemedAcceptance => of::<Acceptance>(kind),
        Kind::Supplement => of::<Supplement>(kind),
        Kind::NotAccepted => of::<NotAccepted>(kind),
        Kind::InspectionRecord => of::<InspectionRecord>(kind),
        Kind::Grant => of::<Grant>(kind),
        Kind::Refusal => of::<Refusal>(kind),
        Kind::ExtensionNotice => of::<ExtensionNotice>(kind),
        Kind::PauseNotice => of::<PauseNotice>(kind),
        Kind::WithdrawalRecord => of::<WithdrawalRecord>(kind),
        Kind::ServiceReceipt => of::<ServiceReceipt>(kind),
        Kind::LicenceOriginal | Kind::LicenceDuplicate => of::<Licence>(kind),
        Kind::Cancellation | Kind::Revocation | Kind::WithdrawalByBureau | Kind::Recall => of::<Ending>(kind),
        Kind::Guide | Kind::BlankForm => of::<Handout>(kind),
    }
}

fn of<D: PaperData>(kind: Kind) -> Vec<Paper> {
    let mine = D::samples().into_iter().filter(|data| data.kind() == kind);
    mine.zip(1..)
        .map(|(data, serial)| {
            let url = format!("https://yanzheng.example/v/9901012026{serial:06}?c=QK7M2P");
            let paper = Paper::new(&data, ISSUED).verified_at(url);
            match DocumentNumber::new("城中", kind, 2026, serial) {
                Ok(number) => paper.numbered(&number),
                Err(_) => paper,
            }
        })
        .collect()
}

fn plain_head() -> Head {
    head("城中区桥城顾云凯食杂店", "顾云凯", "城中区桥城街道解放路373号")
}

fn rare_head() -> Head {
    head("城中区䶮骉犇茶烟酒行（个体工商户）", "㛃喆𬭎", "城中区明兴街道䶮喆巷7号")
}

fn long_head() -> Head {
    let mut head = head(LONG_NAME, "阿卜杜热西提·买买提依明", LONG_ADDRESS);
    head.bureau = "演示市高新技术产业开发区烟草专卖局".to_owned();
    head
}

fn head(name: &str, person: &str, address: &str) -> Head {
    Head {
        bureau: "城中区烟草专卖局".to_owned(),
        case_number: "990101202611180001".to_owned(),
        item: "烟草专卖零售许可证核发（新办）".to_owned(),
        party: Party {
            name: name.to_owned(),
            person: Some(person.to_owned()),
            credit_code: Some("92990101AHFK86MM87".to_owned()),
            id_masked: Some("990101********123X".to_owned()),
            phone: Some("138****5678".to_owned()),
            address: Some(address.to_owned()),
        },
        contact: Contact {
            person: Some("专卖管理科".to_owned()),
            phone: "0990-12313001".to_owned(),
            address: Some("演示市城中区行政路1号政务服务大厅烟草窗口".to_owned()),
        },
    }
}

fn remedies() -> Remedies {
    Remedies {
        review_organ: "演示市烟草专卖局".to_owned(),
        review_days: 60,
        court: "演示市城中区人民法院".to_owned(),
        litigation_months: 6,
    }
}

fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn materials() -> Vec<MaterialLine> {
    ["烟草专卖零售许可证新办申请表", "营业执照", "经营者身份证（正反面）"]
        .into_iter()
        .zip(["电子件", "部门共享", "电子件"])
        .map(|(name, form)| MaterialLine {
            name: name.to_owned(),
            form: form.to_owned(),
            copies: 1,
            pages: Some(2),
            digest: Some("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0".to_owned()),
            note: None,
        })
        .collect()
}

/// Forty lines, some with long names.
fn many_materials() -> Vec<MaterialLine> {
    (1..=40)
        .map(|n| MaterialLine {
            name: if n % 7 == 0 {
                format!(
                    "第{n}项：经营场所使用权证明（房屋租赁合同、产权人身份证明及同意转租证明，三者均需提供）"
                )
            } else {
                format!("第{n}项：补充材料")
            },
            form: if n % 2 == 0 { "电子件" } else { "复印件" }.to_owned(),
            copies: 1 + n % 3,
            pages: (n % 5 != 0).then_some(n),
            digest: Some(format!("{n:064x}")),
            note: (n % 9 == 0).then(|| "原件已核对退回".to_owned()),
        })
        .collect()
}
