using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Sweeps.Tests.Spec;

public partial class FuzzTests
{
    const string Everything = """
        name: everything
        dataset: [digits, npz: {path: 'b.npz', shuffle: false}]
        model: [softmax: {l2: {from: 1e-4, to: 0.1, count: 2, scale: log}}, cnn]
        training: {epochs: 0x2, optimizer: [adam: {lr: 0.001}, {sgd: {lr: 1.0e-1}}]}
        poison: [none, {label-flip: {mode: random, strength: [0.1, 0.3]}}]
        attack: [fgsm, pgd: {steps: {from: 10, to: 30, step: 20}, norm: l2}]
        defense:
          - none   # a comment
          - adversarial-training: {attack: [pgd: {steps: 7}], epsilon: 0.3}
          - friends: {phases: [[attack, recover], [attack]]}
        strength: [0.05, {from: 0.1, to: 0.3, count: 2}]
        seeds: {from: 2, to: 3}
        evaluation: {samples: 100}
        trials: 10
        when:
          - {if: {dataset: digits, attack.steps: {gt: 20}}, set: {model: softmax, training.optimizer: {sgd: {lr: 1}}, strength: [1, 2]}}
        exclude:
          - {attack: [fgsm, pgd], defense.attack: pgd, strength: {ge: 0.2}}
          - {poison.strength: 0.3, seed: 3}
        """;

    static readonly string[] Tokens =
    [
        "", " ", "\n", "\t", "\r\n", ":", ": ", "- ", "[", "]", "{", "}", ",", "'", "\"", "#", "&a ", "*a", "!!int ", "?", "|", ">", "%",
        "@", "`", "---\n", "...\n",
        "-", "0", "-1", "1e999", ".nan", ".inf", "1e7", "from", "to", "count: 1000001", "step", "~", "null", "true", "none", "pgd",
        "fgsm", "strength", "seed",
        "\\", "\0", "\u0007", "\u2028", "\ud800", "\ufeff", "ä", "<<", "[[[[[[[[[[[[[[[[[[[[[[", "  ",
    ];

    [Fact]
    public void The_text_before_mutation_is_sound() =>
        Assert.InRange(Plan.Of(SweepFile.Parse(Everything, "x.yaml", Known.Vocabulary), (_, _) => "", "1").Cells.Count, 1000, 6000);

    [Fact]
    public void A_damaged_file_is_read_or_refused_with_its_place()
    {
        var edit = from at in Gen.Choose(0, Everything.Length)
                   from remove in Gen.Frequency((3, Gen.Constant(0)), (3, Gen.Constant(1)), (1, Gen.Choose(0, 40)))
                   from insert in Gen.Elements(Tokens)
                   select (at, remove, insert);
        Prop.ForAll(Gen.NonEmptyListOf(edit).Resize(4).ToArbitrary(), edits => Accepts(edits.Aggregate(Everything, Edited)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void A_damaged_vocabulary_word_is_never_a_crash()
    {
        var words = Words().Matches(Everything).Select(m => (m.Index, m.Length)).ToArray();
        Prop.ForAll(Gen.Zip(Gen.Elements(words), Gen.Elements(words)).ToArbitrary(), pair =>
                Accepts(
                    Edited(Everything, (pair.Item1.Index, pair.Item1.Length, Everything.Substring(pair.Item2.Index, pair.Item2.Length)))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    static string Edited(string text, (int At, int Remove, string Insert) edit)
    {
        var at = Math.Min(edit.At, text.Length);
        return text[..at] + edit.Insert + text[Math.Min(text.Length, at + edit.Remove)..];
    }

    static bool Accepts(string text)
    {
        try
        {
            var spec = SweepFile.Parse(text, "dir/x.yaml", Known.Vocabulary);
            if (spec.CellCount < 6_000) _ = Plan.Of(spec, (_, _) => "", "1").Cells.Count;
            return true;
        }
        catch (SpecException e)
        {
            return e.Message.Split('\n').All(line => Line().IsMatch(line));
        }
    }

    [GeneratedRegex(@"^dir/x\.yaml:[1-9]\d*:[1-9]\d*: [^\p{C}]+\z")]
    private static partial Regex Line();

    [GeneratedRegex(@"[a-z0-9_.-]+")]
    private static partial Regex Words();
}
