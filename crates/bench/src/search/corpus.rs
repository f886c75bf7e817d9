//! A large site, made up of sentences of guides and notices; the same in every run.
//!
//! Twenty sentences make all bodies, so every pair of characters stands in thousands of documents: harder to search than a
//! real site, whose rare words choose quickly.

use ::search::{Document, Kind};

const PLACES: [&str; 12] = [
    "城中区",
    "桥东县",
    "临江市",
    "河西区",
    "新安县",
    "青山区",
    "白云镇",
    "南湖街道",
    "北关区",
    "东港市",
    "石桥县",
    "柳林区",
];
const MATTERS: [&str; 12] = [
    "烟草专卖零售许可证新办",
    "许可证延续",
    "许可证变更",
    "停业登记",
    "恢复营业",
    "遗失补办",
    "歇业注销",
    "零售点合理布局规定",
    "行政处罚信息公示",
    "行政许可决定公示",
    "卷烟零售市场检查",
    "电子烟监管",
];
const FORMS: [&str; 8] = ["公告", "通知", "办事指南", "公示", "问答", "政策解读", "实施意见", "工作动态"];
const SENTENCES: [&str; 20] = [
    "申请人应当如实提交有关材料和反映真实情况，并对申请材料的真实性负责。",
    "自受理之日起二十个工作日内作出决定，经本局负责人批准可以延长十日。",
    "中小学、幼儿园周围不得设置烟草制品零售点，具体距离由当地规定。",
    "持证人应当在有效期届满三十日前提出延续申请，逾期不再受理。",
    "办理烟草专卖零售许可证不收取任何费用，谨防代办收费。",
    "材料不齐全的，当场或者五日内一次告知需要补正的全部内容。",
    "实地核查由两名以上工作人员进行，核查经营场所与住所是否独立。",
    "停业期限累计不超过一年，期满应当申请恢复营业或者办理歇业。",
    "禁止向未成年人出售卷烟、雪茄烟和电子烟，应当在显著位置设置标志。",
    "营业执照载明的名称、负责人发生变化的，应当及时申请变更。",
    "许可证正本或者副本遗失、毁损的，可以申请补办，号码和有效期不变。",
    "对决定不服的，可以在六十日内申请行政复议，也可以在六个月内提起诉讼。",
    "辖区内零售点总量实行市场单元容量管理，达到容量的登记轮候。",
    "残疾人、退役军人、低保户申请的，可以按规定放宽间距标准。",
    "网上申请以到达行政许可业务系统的时间为准，接收凭证写到毫秒。",
    "受理编号和查询码写在回执上，可以用来查询办理进度。",
    "窗口办公时间为工作日上午九时至十二时，下午二时至五时。",
    "不得利用自动售货机或者信息网络销售烟草制品。",
    "举报投诉电话12313，政务服务便民热线12345。",
    "本通告自发布之日起施行，原有规定与本通告不一致的，以本通告为准。",
];

/// Chance that is the same in every run (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

fn document(number: usize, chance: &mut Chance) -> Document {
    let title = format!(
        "{}{}{}（{}年第{}号）",
        chance.of(&PLACES),
        chance.of(&MATTERS),
        chance.of(&FORMS),
        2015 + chance.below(12),
        1 + chance.below(300)
    );
    let body: String = (0..4 + chance.below(16)).map(|_| chance.of(&SENTENCES)).collect();
    let kind = Kind::ALL[chance.below(Kind::ALL.len())];
    Document::new(kind, number.to_string(), title, format!("/d/{number}")).body(body)
}

/// So many documents.
pub fn documents(count: usize) -> Vec<Document> {
    let mut chance = Chance(9901);
    (0..count).map(|number| document(number, &mut chance)).collect()
}
