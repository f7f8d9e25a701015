using System.Text;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Sweeps.Tests.Spec;

/// <summary>Messages exactly as a user sees them.</summary>
public class SpecErrorTests
{
    const string Rest = """

        name: x
        dataset: digits
        model: cnn
        attack: fgsm
        strength: 0.1
        """;

    static string Error(string yaml) =>
        Assert.Throws<SpecException>(() => SweepFile.Parse(yaml, "examples/x.yaml", Known.Vocabulary)).Message;

    /// <summary>The complaint about one line put before an otherwise sound file, or instead of its line with the same key.</summary>
    static string About(string line)
    {
        var key = line[..(line.IndexOf(':', StringComparison.Ordinal) + 1)];
        return Error(
            line + string.Concat(
                Rest.Split('\n').Where(r => key.Length < 2 || !r.StartsWith(key, StringComparison.Ordinal)).Select(r => r + "\n")));
    }

    [Fact]
    public void An_unknown_name_in_a_list() => Assert.Equal(
        "examples/x.yaml:7:5: unknown attack 'pdg'; did you mean 'pgd'?",
        Error("name: x\ndataset: digits\nmodel: cnn\nstrength: 0.1\nattack:\n  - fgsm\n  - pdg\n"));

    [Theory]
    [InlineData("atack: fgsm", "1:1: unknown key 'atack'; did you mean 'attack'?")]
    [InlineData("evalution: {}", "1:1: unknown key 'evalution'; did you mean 'evaluation'?")]
    [InlineData("samples: 10", "1:1: unknown key 'samples'; write it under 'evaluation', as in evaluation: {samples: ...}")]
    [InlineData("epochs: 3", "1:1: unknown key 'epochs'; write it under 'training', as in training: {epochs: ...}")]
    [InlineData("attack: PGD", "1:9: unknown attack 'PGD'; did you mean 'pgd'?")]
    [InlineData("attack: nonsense", "1:9: unknown attack 'nonsense'; known: fgsm, label-flip, pgd, price-poisoning")]
    [InlineData("attack: {pgd: {stpes: 3}}", "1:16: unknown parameter 'stpes' of attack 'pgd'; did you mean 'steps'?")]
    [InlineData("attack: {pgd: {steps: many}}", "1:23: 'steps' of attack 'pgd' takes a whole number, not the word 'many'")]
    [InlineData("attack: {pgd: {steps: 1.5}}", "1:23: 'steps' of attack 'pgd' takes a whole number, not the number 1.5")]
    [InlineData("attack: {pgd: {steps: 0}}", "1:23: 'steps' of attack 'pgd' must be at least 1, not 0")]
    [InlineData("attack: {pgd: {steps: \"40\"}}",
        "1:23: 'steps' of attack 'pgd' takes a whole number, not the word '40' (without quotes, 40 is a number)")]
    [InlineData("attack: {pgd: {norm: L2}}", "1:22: unknown value 'L2' for 'norm' of attack 'pgd'; did you mean 'l2'?")]
    [InlineData("attack: {pgd: {norm: 2}}", "1:22: 'norm' of attack 'pgd' takes a word, not the number 2")]
    [InlineData("attack: {pgd: {step_size: 0}}", "1:27: 'step_size' of attack 'pgd' must be above 0, not 0")]
    [InlineData("attack: {pgd: {step_size: .nan}}", "1:27: 'step_size' of attack 'pgd' must be above 0, not .nan")]
    [InlineData("attack: {fgsm: {a: 1}}", "1:17: unknown parameter 'a' of attack 'fgsm'; remove it")]
    [InlineData("attack: {fgsm: 3}", "1:16: attack 'fgsm' takes no settings; write its name alone")]
    [InlineData("attack: {fgsm: {}, pgd: {}}",
        "1:20: 'pgd' beside 'fgsm': an attack has one name; indent its settings below it, or write several as a list")]
    [InlineData("attack: []", "1:9: 'attack': the list is empty; give at least one value")]
    [InlineData("attack: [fgsm, [pgd]]", "1:16: a list within a list; write every attack on its own line")]
    [InlineData("attack: {}", "1:9: an empty mapping; name an attack")]
    [InlineData("attack: 7", "1:9: an attack is a name, not the number 7; known: fgsm, label-flip, pgd, price-poisoning")]
    [InlineData("attack:", "1:8: 'attack' has no value; known: fgsm, label-flip, pgd, price-poisoning")]
    [InlineData("attack:\n  - pgd:\n    steps: 3",
        "3:5: 'steps' beside 'pgd': an attack has one name; indent its settings below it, or write several as a list")]
    [InlineData("strength: -0.1", "1:11: 'strength' must be at least 0 and finite, not -0.1")]
    [InlineData("strength: .nan", "1:11: 'strength' must be at least 0 and finite, not .nan")]
    [InlineData("strength: .inf", "1:11: 'strength' must be at least 0 and finite, not .inf")]
    [InlineData("strength: []", "1:11: 'strength': the list is empty; give at least one value")]
    [InlineData("strength: \"0.1\"", "1:11: 'strength' takes a number, not the word '0.1' (without quotes, 0.1 is a number)")]
    [InlineData("strength: [0,05, 0,1]",
        "1:11: 'strength': 0 stands in this list more than once; if these are decimals, write them with a point, as in [0.1, 0.2]")]
    [InlineData("strength: [0,05]", "1:14: 'strength': 05 begins with a zero that says nothing; write decimals with a point, as in 0.05")]
    [InlineData("strength: 5%", "1:11: 'strength' takes a number, not the word '5%' (shares are written as in 0.05)")]
    [InlineData("strength: 0:0.3:0.05",
        "1:11: 'strength' takes a number, not the word '0:0.3:0.05' (a range is written {from: 0, to: 0.3, step: 0.05})")]
    [InlineData("strength: 0:0.05:0.3",
        "1:11: 'strength' takes a number, not the word '0:0.05:0.3' (a range is written {from: 0, to: 0.3, step: 0.05})")]
    [InlineData("strength: np.linspace(0, 0.3, 7)",
        "1:11: 'strength' takes a number, not the word 'np.linspace(0, 0.3, 7)' (a range is written {from: 0, to: 0.3, count: 7})")]
    [InlineData("strength: np.arange(0, 0.3, 0.05)",
        "1:11: 'strength' takes a number, not the word 'np.arange(0, 0.3, 0.05)' (a range is written {from: 0, to: 0.3, step: 0.05})")]
    [InlineData("strength: [np.linspace(0, 0.3)]",
        "1:12: 'strength' takes a number, not the word 'np.linspace(0' (a range is written {from: 0, to: 0.3, count: 7})")]
    [InlineData("strength: 8/0", "1:11: 'strength' takes a number, not the word '8/0'")]
    [InlineData("strength: 0,1", "1:11: 'strength' takes a number, not the word '0,1' (numbers have a point, as in 0.1)")]
    [InlineData("strength: {from: 0, to: \"0,3\", count: 3}",
        "1:25: 'to' of a range takes a number, not the word '0,3' (numbers have a point, as in 0.3)")]
    [InlineData("strength: big", "1:11: 'strength' takes a number, not the word 'big'")]
    [InlineData("strength: {from: 0, to: 1}", "1:11: a range needs 'count' or 'step'; write {from: 0, to: 1, count: 11}")]
    [InlineData("strength: {from: 0, to: 1, count: 0}", "1:35: the count of a range must be a whole number of at least 1")]
    [InlineData("strength: {from: 0, to: 1, count: 2000000}", "1:35: a range of over 1,000,000 values; take fewer")]
    [InlineData("strength: {from: 0, to: 1, step: 1e-9}", "1:11: a range of over 1,000,000 values; take fewer")]
    [InlineData("strength: {from: 0, to: 1, step: -1}", "1:34: the step of a range must lead from 'from' to 'to'")]
    [InlineData("strength: {from: 0, to: 1, cuont: 3}", "1:28: unknown key 'cuont' of a range; did you mean 'count'?")]
    [InlineData("strength: {from: 0, to: 1, count: 3, scale: log}", "1:11: a logarithmic range must begin and end above 0")]
    [InlineData("strength: {from: 0.01, to: 1, count: 3, scale: lg}", "1:48: the scale of a range is 'linear' or 'log'")]
    [InlineData("strength: {from: -1, to: 1, count: 3}", "1:11: 'strength' must be at least 0 and finite, not -1")]
    [InlineData("strength: {from: a, to: 1, count: 3}", "1:18: 'from' of a range takes a number, not the word 'a'")]
    [InlineData("strength: {from: 1, to: 1e999, count: 3}", "1:25: 'to' of a range must be finite")]
    [InlineData("strength: {}", "1:11: 'strength' takes a number, not a mapping")]
    [InlineData("strength: [[0.1]]", "1:12: a list within a list; 'strength' takes a number")]
    [InlineData("seeds: 0", "1:8: 'seeds' must be at least 1 and at most 1000000, not 0")]
    [InlineData("seeds: 1.5", "1:8: 'seeds' takes a whole number, not the number 1.5")]
    [InlineData("seeds: [-3]", "1:9: 'seeds' must be at least 0 and at most 2147483647, not -3")]
    [InlineData("seeds: five", "1:8: 'seeds' takes a whole number, not the word 'five'")]
    [InlineData("seeds: 2000000", "1:8: 'seeds' must be at least 1 and at most 1000000, not 2000000")]
    [InlineData("trials: 5\nevaluation: {trials: 6}", "1:9: 'trials' stands here and under 'evaluation'; remove one")]
    [InlineData("evaluation: 5", "1:13: 'evaluation' takes a mapping of settings, not the number 5")]
    [InlineData("training: adam", "1:11: 'training' takes a mapping of settings, not the word 'adam'")]
    [InlineData("training: {optimizer: {sgd: {}}}", "1:24: optimizer 'sgd' needs 'lr' (a number); add it")]
    [InlineData("training: {optimizer: sgd}", "1:23: optimizer 'sgd' needs 'lr' (a number); add it")]
    [InlineData("training: {optimizer: {adma: {lr: 1}}}", "1:24: unknown optimizer 'adma'; did you mean 'adam'?")]
    [InlineData("training: {optimizer: {adam: {beta1: 1}}}", "1:38: 'beta1' of optimizer 'adam' must be at least 0 and below 1, not 1")]
    [InlineData("training: [{epochs: 1}, 3]", "1:25: 'training' takes a mapping of settings, not the number 3")]
    [InlineData("poison: pgd", "1:9: unknown poisoning attack 'pgd'; known: none, label-flip, price-poisoning")]
    [InlineData("poison: label-flip",
        "1:9: poisoning attack 'label-flip' needs 'strength' (how much of the attack, a number or an axis); add it")]
    [InlineData("poison: {label-flip: {strength: -1}}",
        "1:33: 'strength' of poisoning attack 'label-flip' must be at least 0 and finite, not -1")]
    [InlineData("poison: [none, label-flip: {mode: rnadom, strength: 0.1}]",
        "1:35: unknown value 'rnadom' for 'mode' of poisoning attack 'label-flip'; did you mean 'random'?")]
    [InlineData("defense: {median-filter: {size: {from: 1, to: 4, count: 3}}}",
        "1:33: 'size' of defense 'median-filter' takes whole numbers, but this range gives 2.5; change its count or step")]
    [InlineData("defense: {friends: {phases: attack}}",
        "1:29: 'phases' of defense 'friends' takes a list, not the word 'attack'; put it in brackets")]
    [InlineData("defense: {friends: {phases: []}}", "1:29: 'phases' of defense 'friends': the list is empty; give at least one value")]
    [InlineData("defense: {friends: {phases: [[attack], recover]}}",
        "1:40: 'phases' of defense 'friends' mixes lists and single values; to sweep over lists, write a list of lists")]
    [InlineData("defense: {friends: {phases: [[[attack]]]}}",
        "1:31: 'phases' of defense 'friends' is a list of single values, found a list; to sweep over lists, write a list of lists")]
    [InlineData("defense: {friends: {phases: [recvoer]}}",
        "1:30: unknown value 'recvoer' for 'phases' of defense 'friends'; did you mean 'recover'?")]
    [InlineData("defense: {friends: {phases: [1]}}", "1:30: 'phases' of defense 'friends' is a list of words, found the number 1")]
    [InlineData("dataset: npz", "1:10: dataset 'npz' needs 'path' (file with x and y); add it")]
    [InlineData("dataset: {npz: 2024}", "1:16: 'path' of dataset 'npz' takes a word, not the number 2024; put it in quotes")]
    [InlineData("dataset: {npz: {path: a, shuffle: yes}}", "1:35: 'shuffle' of dataset 'npz' takes true or false, not the word 'yes'")]
    [InlineData("name: a/b",
        "1:7: 'name' becomes a folder: up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit")]
    [InlineData("name: ..",
        "1:7: 'name' becomes a folder: up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit")]
    [InlineData("exclude: []", "1:10: 'exclude' takes a list of mappings; leave it out if there is nothing to say")]
    [InlineData("exclude: [fgsm]", "1:11: an item of 'exclude' is a mapping, not the word 'fgsm'")]
    [InlineData("exclude: [{}]", "1:11: 'exclude' is empty and would match everything; name at least one key")]
    [InlineData("exclude: [{attac: fgsm}]", "1:12: unknown axis 'attac'; did you mean 'attack'?")]
    [InlineData("exclude: [{attack: fgms}]", "1:20: unknown attack 'fgms'; did you mean 'fgsm'?")]
    [InlineData("exclude: [{attack.stesp: 3}]", "1:12: unknown parameter 'stesp' of attack; did you mean 'steps'?")]
    [InlineData("exclude: [{attack.steps: {gr: 3}}]", "1:27: unknown comparison 'gr'; known: gt, ge, lt, le")]
    [InlineData("exclude: [{attack.norm: {gt: 3}}]",
        "1:25: 'attack.norm' is no number and cannot be compared; write a value or a list of values, "
        + "and settings of a choice as attack.steps: 40")]
    [InlineData("exclude: [{attack.norm: l3}]", "1:25: unknown value 'l3' for 'norm' of attack 'pgd'; did you mean 'l2'?")]
    [InlineData("exclude: [{seeds: 3}]", "1:12: unknown axis 'seeds'; did you mean 'seed'?")]
    [InlineData("exclude: [{training.optimizer: adma}]", "1:32: unknown optimizer 'adma'; did you mean 'adam'?")]
    [InlineData("exclude: [{training.optimizer.lr: {lt: x}}]", "1:40: 'lt' takes a number, not the word 'x'")]
    [InlineData("exclude: [{training: 3}]",
        "1:22: 'training' has one choice only; ask for one of its settings, as in training.<setting>: <value>")]
    [InlineData("exclude: [{attack.steps.x: 3}]", "1:12: 'attack.steps.x' goes too deep: nothing lies below 'steps'")]
    [InlineData("exclude: [{strength: -3}]", "1:22: 'strength' must be at least 0 and finite, not -3")]
    [InlineData("exclude: [{attack: {pgd: {steps: 3}}}]",
        "1:20: 'attack' is no number and cannot be compared; write a value or a list of values, "
        + "and settings of a choice as attack.steps: 40")]
    [InlineData("when: [{if: {dataset: digits}}]",
        "1:8: an item of 'when' needs 'if' and 'set'; write {if: {dataset: ...}, set: {model: ...}}")]
    [InlineData("when: [{if: {strength: 1}, set: {model: softmax}}]",
        "1:13: 'if' cannot ask for a strength: cells that differ in strength alone share everything else")]
    [InlineData("when: [{if: {dataset: digits}, set: {model: [softmax, cnn]}}]",
        "1:45: 'set' gives one value, not several; write one 'when' for each")]
    [InlineData("when: [{if: {dataset: digits}, set: {model: sotfmax}}]", "1:45: unknown model 'sotfmax'; did you mean 'softmax'?")]
    [InlineData("when: [{if: {dataset: digits}, set: {training.epochs: -3}}]", "1:55: 'epochs' of 'training' must be at least 0, not -3")]
    [InlineData("when: [{if: {dataset: digits}, set: {}}]", "1:37: 'set' is empty; name at least one setting")]
    [InlineData("when: [{iff: {dataset: digits}, set: {seed: 3}}]", "1:9: unknown key 'iff' of 'when'; did you mean 'if'?")]
    [InlineData("when: 3", "1:7: 'when' takes a list of mappings; leave it out if there is nothing to say")]
    public void One_line_is_wrong(string line, string message) => Assert.Equal($"examples/x.yaml:{message}", About(line));

    [Theory]
    [InlineData("", "examples/x.yaml:1:1: the file is empty; a sweep needs at least name, dataset, model, attack and strength")]
    [InlineData("# only a comment",
        "examples/x.yaml:1:1: the file is empty; a sweep needs at least name, dataset, model, attack and strength")]
    [InlineData("[a, b]", "examples/x.yaml:1:1: a sweep file is a mapping; write lines such as 'name: my-sweep'")]
    [InlineData("name: x",
        "examples/x.yaml:1:1: 'dataset' is missing; add a line 'dataset: ...'\nexamples/x.yaml:1:1: 'model' is missing; add a line 'model: "
        + "...'\nexamples/x.yaml:1:1: 'attack' is missing; add a line 'attack: ...'\nexamples/x.yaml:1:1: 'strength' is missing; "
        + "add a line 'strength: ...'")]
    [InlineData("name: x\n---\nname: y", "examples/x.yaml:2:1: a second document begins here; a file holds one sweep")]
    [InlineData("name: &a x", "examples/x.yaml:1:7: anchors and aliases are not taken; write the value out")]
    [InlineData("name: *a", "examples/x.yaml:1:7: anchors and aliases are not taken; write the value out")]
    [InlineData("name: !!str x", "examples/x.yaml:1:7: tags are not taken; remove the '!'")]
    [InlineData("name: x\nname: y", "examples/x.yaml:2:1: not valid YAML: a key stands here twice; remove one")]
    [InlineData("name: x\n\tdataset: y", "examples/x.yaml:2:1: a tab in the indentation; YAML wants spaces")]
    [InlineData("name: [x",
        "examples/x.yaml:2:1: not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'; "
        + "check indentation, brackets and quotes")]
    [InlineData("name: \"x",
        "examples/x.yaml:1:7: not valid YAML: while scanning a quoted scalar, found unexpected end of stream; "
        + "check indentation, brackets and quotes")]
    [InlineData("name: x: y",
        "examples/x.yaml:1:8: not valid YAML: while scanning a plain scalar value, found invalid mapping; "
        + "check indentation, brackets and quotes")]
    [InlineData("{name: x, dataset: digits, modle: cnn, attack: fgsm, strength: 0}",
        "examples/x.yaml:1:28: unknown key 'modle'; did you mean 'model'?")]
    [InlineData("? [a, b]\n: c", "examples/x.yaml:1:3: a key must be a name")]
    [InlineData("a: b\n  c: d",
        "examples/x.yaml:2:4: not valid YAML: while scanning a plain scalar value, found invalid mapping; "
        + "check indentation, brackets and quotes")]
    [InlineData("a: [[[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]]", "examples/x.yaml:1:23: nested more than 20 deep")]
    [InlineData("a: @x",
        "examples/x.yaml:1:4: not valid YAML: while scanning for the next token, found character that cannot start any token; "
        + "check indentation, brackets and quotes")]
    public void The_file_is_wrong(string yaml, string message) => Assert.Equal(message, Error(yaml));

    [Fact]
    public void Every_key_has_its_own_line_in_the_order_of_the_file() => Assert.Equal(
        """
        examples/x.yaml:1:9: unknown attack 'pdg'; did you mean 'pgd'?
        examples/x.yaml:2:1: unknown key 'seds'; did you mean 'seeds'?
        examples/x.yaml:3:11: 'strength' must be at least 0 and finite, not -1
        """,
        Error("attack: pdg\nseds: 3\nstrength: -1\nname: x\ndataset: digits\nmodel: cnn\n"));

    [Fact]
    public void A_file_over_1_MB_is_refused() => Assert.Equal(
        "examples/x.yaml:1:1: the file is over 1 MB; a sweep file is a page, use ranges for long axes",
        Error(new string('#', (1 << 20) + 1)));

    [Fact]
    public void Text_of_the_user_cannot_break_the_line() => Assert.Equal(
        $"examples/x.yaml:1:9: unknown attack 'a??[31m{new string('b', 53)}...'; known: fgsm, label-flip, pgd, price-poisoning",
        About($"attack: \"a\\n\\e[31m{new string('b', 100)}\""));
}
