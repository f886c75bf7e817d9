//! How fast 100,000 documents are indexed and searched on one core:
//! `cargo run --release -p search --example pace [DOCUMENTS] [FOLDER]`
//!
//! The documents are made up of sentences of guides and notices; the questions are the kept list. Prints what issue 4
//! sets bounds for: seconds to index, and milliseconds of the median and the 99th percentile of a question.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::civil::date;
use search::{Asked, Document, Kind, Search, Shelf, Words};

const QUERIES: &str = include_str!("../tests/queries.tsv");
const SYNONYMS: &str = include_str!("../../../items/words/synonyms.toml");
const TERMS: &str = include_str!("../../../items/words/terms.toml");
const ROUNDS: usize = 5;

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

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM unknown").to_owned()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().map_or(Ok(100_000), |count| count.parse())?;
    let shelf = arguments.next().map_or(Shelf::Memory, |folder| Shelf::Folder(PathBuf::from(folder)));
    let today = date(2026, 11, 25);
    let words = Words::read("synonyms.toml", SYNONYMS, today)?.and(Words::read("terms.toml", TERMS, today)?);
    let mut chance = Chance(9901);
    let documents: Vec<Document> = (0..count).map(|number| document(number, &mut chance)).collect();
    let characters: usize = documents.iter().map(|one| one.body.chars().count()).sum();
    println!("{count} documents of {} characters; {}", characters / count.max(1), memory());

    let search = Search::on(shelf)?;
    let began = Instant::now();
    search.replace(&documents, words)?;
    println!("indexed in {:.1} s; {}", began.elapsed().as_secs_f64(), memory());

    let queries: Vec<&str> = QUERIES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').next())
        .collect();
    let mut times: Vec<(Duration, &str)> = Vec::new();
    for query in std::iter::repeat_n(&queries, ROUNDS).flatten() {
        let began = Instant::now();
        search.find(&Asked::new(*query, today))?;
        times.push((began.elapsed(), query));
    }
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("slowest", 1.0)] {
        let (time, query) = at(share);
        println!("{name} {:.2} ms ({query})", time.as_secs_f64() * 1000.0);
    }
    Ok(())
}
