use super::{ACCEPTED, APPLIED, LONG_ADDRESS, LONG_NAME, long_head, plain_head, rare_head, words};
use crate::data::*;
use jiff::civil::date;

pub(crate) fn inspection_records() -> Vec<InspectionRecord> {
    let officer = |name: &str, badge: &str| InspectingOfficer {
        name: name.to_owned(),
        badge: badge.to_owned(),
        signed_at: Some(ACCEPTED.at(15, 52, 0, 0)),
    };
    let finding = |label: &str, value: &str, meets: Option<bool>| Finding {
        label: label.to_owned(),
        value: value.to_owned(),
        meets,
    };
    let plain = InspectionRecord {
        head: plain_head(),
        started_at: ACCEPTED.at(15, 10, 0, 0),
        ended_at: ACCEPTED.at(15, 48, 0, 0),
        place: "城中区桥城街道解放路373号".to_owned(),
        present: Some("顾云凯（经营者）".to_owned()),
        officers: vec![officer("周毅", "9901010012"), officer("吴敏", "9901010027")],
        findings: vec![
            finding("固定经营场所", "一层临街商铺，与申报地址一致", Some(true)),
            finding("与住所相独立", "与住所分隔，有独立出入口", Some(true)),
            finding("经营面积", "14平方米", None),
            finding("安全因素", "未见易燃易爆、有毒有害等不适宜经营的情形", Some(true)),
            finding("无自动售货机或信息网络零售", "未发现", Some(true)),
        ],
        distances: vec![
            DistanceLine {
                to: "最近零售点".to_owned(),
                name: "城中区桥城乐喜便民店（990101100002）".to_owned(),
                metres: 52.3,
                way: "步行可通行最短距离".to_owned(),
                demanded: Some(40.0),
                meets: Some(true),
            },
            DistanceLine {
                to: "中小学、幼儿园".to_owned(),
                name: "桥城实验幼儿园东门".to_owned(),
                metres: 236.0,
                way: "直线距离".to_owned(),
                demanded: Some(50.0),
                meets: Some(true),
            },
        ],
        unit: Some(UnitQuota {
            name: "桥城街道（U001）".to_owned(),
            capacity: 179,
            existing: 176,
            waiting: 0,
            rank: None,
        }),
        photos: vec![photo("门头", 14), photo("店内全景", 16), photo("测量起点", 25)],
        conclusion: "经营场所与申请材料一致，符合当地烟草制品零售点合理布局的要求。".to_owned(),
        under: words(&["《行政许可法》第三十四条第三款", "《烟草专卖许可证管理办法》第十三条"]),
        party_sign: PartySign::Signed { name: "顾云凯".to_owned(), at: ACCEPTED.at(15, 50, 0, 0) },
        note: None,
    };
    let refused = InspectionRecord {
        head: rare_head(),
        present: Some("骉犇（店员）".to_owned()),
        officers: vec![officer("孙𬭎", "9901010012"), officer("吴㛃", "9901010027")],
        findings: vec![finding("与住所相独立", "店内设有床铺，与住所共用出入口", Some(false))],
        conclusion: "经营场所不与住所相独立，不符合条件。".to_owned(),
        unit: None,
        photos: vec![],
        party_sign: PartySign::Refused {
            reason: "对测量结果有异议，拒绝签名".to_owned(),
            witness: "桥城社区居民委员会 李喆".to_owned(),
        },
        note: Some("已当场告知可以陈述、申辩。\n在场人表示将另行提交书面意见。".to_owned()),
        ..plain.clone()
    };
    let long = InspectionRecord {
        head: long_head(),
        place: LONG_ADDRESS.to_owned(),
        present: None,
        findings: (1..=24)
            .map(|n| {
                finding(
                    &format!("核查要点{n}"),
                    "现场查看与询问结果和申报内容一致，详见照片和测量记录，未发现不符合条件的情形",
                    Some(n % 5 != 0),
                )
            })
            .collect(),
        photos: (1..=20).map(|n| photo(&format!("照片{n}"), 10 + n)).collect(),
        party_sign: PartySign::Absent { witness: "桥城社区居民委员会 李喆".to_owned() },
        ..plain.clone()
    };
    vec![plain, refused, long]
}

fn photo(caption: &str, minute: i8) -> PhotoLine {
    PhotoLine {
        caption: caption.to_owned(),
        taken_at: ACCEPTED.at(15, minute, 0, 0),
        place: "东经115.0060889°，北纬30.4941542°".to_owned(),
        digest: "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0".to_owned(),
    }
}

pub(crate) fn withdrawals() -> Vec<WithdrawalRecord> {
    let plain = WithdrawalRecord {
        head: plain_head(),
        applied_on: APPLIED,
        stage: "已受理，尚未作出决定".to_owned(),
        reason: "经营场所租赁合同解除，暂不经营".to_owned(),
        requested_at: ACCEPTED.at(10, 2, 11, 0),
        signed_by: "顾云凯".to_owned(),
        signed_how: "短信验证码确认".to_owned(),
        handled_by: Some("钱芳（证件管理员）".to_owned()),
        outcome: "同意撤回，本次申请终止办理。你（单位）可以随时重新提出申请。".to_owned(),
        under: vec![],
    };
    let rare = WithdrawalRecord {
        head: rare_head(),
        signed_by: "㛃喆𬭎".to_owned(),
        handled_by: None,
        ..plain.clone()
    };
    let long = WithdrawalRecord { head: long_head(), reason: plain.reason.repeat(30), ..plain.clone() };
    vec![plain, rare, long]
}

pub(crate) fn service_receipts() -> Vec<ServiceReceipt> {
    let served = |title: &str, number: &str| Served {
        title: title.to_owned(),
        number: Some(number.to_owned()),
        copies: 1,
    };
    let plain = ServiceReceipt {
        head: plain_head(),
        served: vec![
            served("准予行政许可决定书", "城中烟许准〔2026〕第00001号"),
            Served {
                title: "烟草专卖零售许可证（正本、副本）".to_owned(),
                number: Some("990101100123".to_owned()),
                copies: 2,
            },
        ],
        recipient: "顾云凯".to_owned(),
        place: "烟政通“我的文书”（经受送达人同意）".to_owned(),
        delivery: Delivery::Electronic {
            sent_at: date(2026, 11, 23).at(16, 0, 2, 0),
            read_at: Some(date(2026, 11, 23).at(16, 41, 30, 0)),
            digest: Some("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0".to_owned()),
        },
        servers: words(&["系统送达"]),
        delivered_at: date(2026, 11, 23).at(16, 41, 30, 0),
        received_by: None,
        relation: None,
        refused: None,
        note: None,
    };
    let left = ServiceReceipt {
        head: rare_head(),
        recipient: "㛃喆𬭎".to_owned(),
        place: "城中区明兴街道䶮喆巷7号".to_owned(),
        delivery: Delivery::Left,
        servers: words(&["周毅", "吴敏"]),
        received_by: Some("骉犇".to_owned()),
        relation: Some("店员".to_owned()),
        refused: Some(RefusedToSign {
            reason: "不认可决定内容，拒绝签收".to_owned(),
            witnesses: words(&["桥城社区居民委员会 李喆", "桥城社区居民委员会 王芳"]),
        }),
        ..plain.clone()
    };
    let post = ServiceReceipt {
        head: long_head(),
        served: (1..=12)
            .map(|n| served("补正材料告知书", &format!("高新烟许补〔2026〕第{n:05}号")))
            .collect(),
        recipient: LONG_NAME.to_owned(),
        place: LONG_ADDRESS.to_owned(),
        delivery: Delivery::Post {
            carrier: "中国邮政特快专递".to_owned(),
            tracking: "EX123456789CN".to_owned(),
        },
        note: Some("签收人为物业前台，已电话告知受送达人。".to_owned()),
        ..plain.clone()
    };
    let announced = ServiceReceipt {
        delivery: Delivery::Announced {
            where_at: "城中区烟草专卖局公告栏、烟政通公告".to_owned(),
            until: date(2027, 1, 22),
        },
        ..plain.clone()
    };
    let direct = ServiceReceipt {
        delivery: Delivery::Direct,
        place: "城中区政务服务大厅烟草窗口".to_owned(),
        ..plain.clone()
    };
    vec![plain, left, post, announced, direct]
}

pub(crate) fn licences() -> Vec<Licence> {
    let plain = Licence {
        sheet: Sheet::Original,
        number: "990101100123".to_owned(),
        company_name: "城中区桥城顾云凯食杂店".to_owned(),
        person: "顾云凯".to_owned(),
        company_type: "个体工商户".to_owned(),
        address: "城中区桥城街道解放路373号".to_owned(),
        scope: "卷烟本店零售、雪茄烟本店零售".to_owned(),
        supply_company: "演示市烟草公司（卷烟）".to_owned(),
        valid_from: date(2026, 11, 23),
        valid_to: date(2031, 11, 22),
        issuing_authority: "城中区烟草专卖局".to_owned(),
        certified_on: date(2026, 11, 23),
        specimen: true,
        watermark: None,
    };
    let rare = Licence {
        company_name: "城中区䶮骉犇茶烟酒行（个体工商户）".to_owned(),
        person: "㛃喆𬭎".to_owned(),
        address: "城中区明兴街道䶮喆巷7号".to_owned(),
        specimen: false,
        watermark: None,
        ..plain.clone()
    };
    let long = Licence {
        company_name: LONG_NAME.to_owned(),
        person: "阿卜杜热西提·买买提依明".to_owned(),
        company_type: "有限责任公司分公司（自然人投资或控股的法人独资）".to_owned(),
        address: LONG_ADDRESS.to_owned(),
        supply_company: "演示省烟草公司演示市公司高新技术产业开发区营销部（卷烟、雪茄烟）".to_owned(),
        issuing_authority: "演示市高新技术产业开发区烟草专卖局".to_owned(),
        ..plain.clone()
    };
    let originals = [plain, rare, long];
    let duplicates = originals.iter().map(|licence| Licence { sheet: Sheet::Duplicate, ..licence.clone() });
    originals.iter().cloned().chain(duplicates).collect()
}
