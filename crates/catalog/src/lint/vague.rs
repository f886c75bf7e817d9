//! Names that say nothing: with them a bureau keeps the right to ask for anything (优化营商环境条例第四十二条 and 国务院关于在线政务服务
//! 的若干规定 forbid 兜底条款 in lists of materials).

use super::Report;
use crate::material::MaterialSpec;

const OTHERS: [&str; 4] = ["其他", "其它", "其余", "另外"];
const NOUNS: [&str; 12] = [
    "证明材料",
    "证明文件",
    "书面材料",
    "申请材料",
    "材料",
    "文件",
    "资料",
    "证明",
    "证件",
    "手续",
    "凭证",
    "文书",
];
/// Words that narrow nothing down.
const FILLERS: [&str; 46] = [
    "法律法规规章",
    "法律法规",
    "法律",
    "法规",
    "规章",
    "行政法规",
    "国务院",
    "上级",
    "行政机关",
    "许可机关",
    "发证机关",
    "审批机关",
    "受理机关",
    "烟草专卖局",
    "主管部门",
    "本机关",
    "有关部门",
    "相关部门",
    "规定",
    "要求",
    "需要",
    "需",
    "应当",
    "应",
    "必须",
    "必要",
    "认为",
    "所需",
    "提供",
    "提交",
    "补充",
    "出具",
    "报送",
    "有关",
    "相关",
    "与申请",
    "与本事项",
    "申请人",
    "办理",
    "可能",
    "情况",
    "视",
    "根据",
    "和",
    "以及",
    "的",
];

/// The part of a name that opens it to anything; nothing for a name of a thing.
pub fn catch_all(name: &str) -> Option<String> {
    let plain = without_brackets(name);
    if let Some(others) = OTHERS.iter().find(|word| plain.contains(**word)) {
        let (before, after) = plain.split_once(others)?;
        // “其他股东的身份证明” names a thing; “其他（需要提供的）材料” does not.
        let ends_open = noun_after_fillers(after) || (after.is_empty() && !before.is_empty());
        return ends_open.then(|| format!("{others}{after}"));
    }
    if let Some(listed) = open_list(&plain) {
        return Some(listed);
    }
    (only_fillers_before_a_noun(&plain)).then_some(plain)
}

/// What stands in brackets explains a name and leaves it what it is: “特殊群体证明（残疾人证等）”.
fn without_brackets(name: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::new();
    for c in name.chars() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 || c.is_whitespace() || "、，,《》“”".contains(c) => {}
            _ => plain.push(c),
        }
    }
    plain
}

/// “身份证等材料”, “营业执照等”: the list goes on without saying how. 同等、平等、高等、中等、初等 are words.
fn open_list(plain: &str) -> Option<String> {
    let (before, after) = plain.rsplit_once('等')?;
    let is_word =
        before.is_empty() || before.ends_with(['同', '平', '高', '中', '初', '均', '对', '上', '下']);
    (!is_word && (after.is_empty() || noun_after_fillers(after))).then(|| format!("等{after}"))
}

fn only_fillers_before_a_noun(plain: &str) -> bool {
    plain.chars().count() > 2 && noun_after_fillers(plain) && !NOUNS.contains(&plain)
}

/// Nothing but fillers, then one of the nouns, then nothing.
fn noun_after_fillers(text: &str) -> bool {
    if NOUNS.contains(&text) {
        return true;
    }
    FILLERS.iter().filter_map(|word| text.strip_prefix(word)).any(noun_after_fillers)
}

pub fn material(material: &MaterialSpec, file: &str, report: &mut Report<'_>) {
    if let Some(words) = catch_all(&material.name) {
        report.at(
            file,
            &format!("key = \"{}\"", material.key),
            "vague-words",
            format!("材料“{}”是兜底说法（“{words}”）：请逐项写明要什么，不能要的就删去", material.name),
        );
    }
}

/// What a condition ends with when it is no condition but a reservation.
const RESERVED: [&str; 5] = ["条件", "要求", "情形", "情况", "规定"];

/// “法律、法规规定的其他条件”: whoever reads it can't know whether it is met.
pub fn condition(says: &str, file: &str, report: &mut Report<'_>) {
    let plain = without_brackets(says);
    let plain = plain.trim_end_matches(['。', '；', '.']);
    let open = OTHERS.iter().filter_map(|word| plain.split_once(word)).find(|(before, after)| {
        let before = before.trim_start_matches(['有', '符', '合', '具', '备', '满', '足']);
        only_fillers(before) && RESERVED.iter().any(|noun| after.strip_suffix(noun).is_some_and(only_fillers))
    });
    if open.is_some() {
        let says = format!("受理条件“{says}”是兜底说法：请写明是哪条规定的什么条件，没有的就删去");
        report.at(file, plain, "vague-words", says);
    }
}

/// Words with which a hint sends the reader elsewhere.
const ELSEWHERE: [&str; 10] = ["按照", "按", "依照", "依据", "依法", "依", "请", "填写", "执行", "相应"];

/// “按有关规定提供”: how is what the hint was to say.
pub fn hint(key: &str, hint: &str, file: &str, report: &mut Report<'_>) {
    let plain = without_brackets(hint);
    let plain = plain.trim_end_matches(['。', '；', '.']);
    let sends = plain.contains("规定") || plain.contains("要求");
    if sends && only(&[&ELSEWHERE[..], &FILLERS[..]], plain) {
        let says = format!("填报须知“{hint}”等于没有说：请写明怎么填、怎么准备");
        report.at(file, &format!("key = \"{key}\""), "vague-words", says);
    }
}

fn only_fillers(text: &str) -> bool {
    only(&[&FILLERS[..], &["国家局", "国家", "国务院烟草专卖行政"]], text)
}

/// Whether a text is made of these words alone.
fn only(words: &[&[&str]], text: &str) -> bool {
    let rest = |word: &&str| text.strip_prefix(*word).filter(|_| !word.is_empty());
    text.is_empty()
        || words.iter().flat_map(|list| list.iter()).filter_map(rest).any(|rest| only(words, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catch_alls_are_found_however_they_are_dressed() {
        for name in [
            "其他材料",
            "其它需要提供的材料",
            "法律法规规定的其他文件",
            "法律、行政法规规定的其他材料",
            "其他相关材料",
            "发证机关要求提供的其他资料",
            "与申请有关的其他证明材料",
            "相关证明材料",
            "需要提交的有关文件",
            "所需材料",
            "身份证、营业执照等材料",
            "营业执照等",
            "身份证等相关证明",
            "营业执照及其他",
            "其他（需要提供的）材料",
        ] {
            assert!(catch_all(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_of_things_are_left_alone() {
        for name in [
            "营业执照",
            "其他股东的身份证明",
            "其他企业的营业执照",
            "经营场所使用权证明",
            "法定代表人身份证明文件",
            "高等学历证明",
            "同等学力证明",
            "授权委托书",
            "申请材料真实性承诺书",
            "等级评定证书",
            "特殊群体证明（残疾人证、优抚、退役军人、低保等证明）",
            "与变更事项有关的证明（变更后的营业执照、门牌变更证明等）",
            "烟草专卖零售许可证新办申请表",
            "出口合同和信用证",
        ] {
            assert_eq!(catch_all(name), None, "{name}");
        }
    }

    #[test]
    fn no_material_of_the_programs_own_lists_is_called_vague() {
        let catalogue = crate::Catalogue::embedded().unwrap();
        let types = catalogue.items().iter().flat_map(|item| &item.types);
        for material in types.flat_map(|one| &one.materials) {
            assert_eq!(catch_all(&material.name), None, "{}", material.name);
        }
    }
}
