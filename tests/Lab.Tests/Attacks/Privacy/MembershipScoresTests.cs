using Grid.Compute.Random;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Datasets;
using Grid.Lab.Measures;

namespace Grid.Lab.Tests.Attacks.Privacy;

/// <summary>The scores of privacy attacks against cases whose answer is known.</summary>
public sealed class MembershipScoresTests
{
    /// <summary>Two classes, the true one 0: its log-odds are what is given.</summary>
    static Predictions WithOdds(IEnumerable<double> odds)
    {
        float[] logits = [.. odds.SelectMany(o => new[] { (float)o, 0f })];
        return new(logits, new int[logits.Length / 2]);
    }

    static Shadow Shadow(IEnumerable<double> odds, params bool[] members) => new(WithOdds(odds), members, WithOdds(odds), members);

    static double[] Normal(string purpose, int index, int count)
    {
        var values = new float[count];
        new PhiloxStream(11, purpose, (ulong)index).FillNormal(values, 0, 1);
        return Array.ConvertAll(values, v => (double)v);
    }

    [Fact]
    public void Answers_agree_with_the_softmax_and_stay_exact_where_it_rounds_to_1()
    {
        var answers = new Predictions([1, 2, 4, 3, 3, -1, 0, 500, -500], [2, 0, 1]);
        double[] exp = [Math.E, Math.Exp(2), Math.Exp(4)];
        Assert.Equal(exp[2] / exp.Sum(), answers.Probability(0, 2), 1e-12);
        Assert.Equal(-Math.Log(exp[2] / exp.Sum()), answers.Loss(0), 1e-12);
        Assert.Equal(Math.Log(exp[0] / (exp[1] + exp[2])), answers.LogOdds(0, 0), 1e-12);
        Assert.Equal(0, answers.Predicted(1));
        Assert.Equal(500, answers.LogOdds(2), 1e-9);
        Assert.Equal(0, answers.Loss(2), 1e-200);
        Assert.Equal(1000, Predictions.Loss(-1000), 1e-9);
        Assert.Equal(3, answers.Right);
    }

    [Theory]
    [InlineData(Confidence.Largest, true)]
    [InlineData(Confidence.TrueLabel, false)]
    public void The_confidence_is_that_of_any_label_or_of_the_true_one(Confidence confidence, bool member)
    {
        var sureAndWrong = new Predictions([12, 0], [1]);
        var scores = new ConfidenceThreshold(0.9999, confidence).Judge(new(sureAndWrong, []));
        Assert.Equal(member, scores.Values[0] >= scores.Threshold);
        // .9999 lies at log-odds of 9.2102.
        Assert.Equal(9.21024, scores.Threshold, 1e-5);
    }

    [Fact]
    public void The_loss_threshold_is_the_mean_loss_of_the_shadows_on_their_own_members()
    {
        var shadow = Shadow([2, 4, -3, -9], true, true, false, false);
        var mean = (Predictions.Loss(2) + Predictions.Loss(4)) / 2;
        var scores = new LossThreshold().Judge(new(WithOdds([-1, 2, 3, 9]), [shadow]));
        Assert.Equal(mean, Predictions.Loss(scores.Threshold), 1e-12);
        Assert.Equal([false, false, true, true], scores.Values.Select(s => s >= scores.Threshold));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Shadow_models_learn_which_answers_members_get(bool perClass)
    {
        bool[] members = [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0)];
        var shadow = Shadow(Normal("shadow", 0, 400).Select((z, i) => z + (members[i] ? 2 : 0)), members);
        var target = Normal("target", 0, 400).Select((z, i) => z + (members[i] ? 2 : 0));
        var scores = new ShadowModels(1, perClass).Judge(new(WithOdds(target), [shadow]));
        var roc = new Roc(scores.Values.Where((_, i) => members[i]), scores.Values.Where((_, i) => !members[i]));
        // The best that is possible: Phi(2 / sqrt 2) = .921, and .841 right.
        Assert.Equal(0.921, roc.Auc, 0.03);
        Assert.Equal(0.841, scores.Values.Where((s, i) => s >= scores.Threshold == members[i]).Count() / 400.0, 0.04);
    }

    /// <summary>
    /// Log-odds of a sample are N(hardness, 1), and 1.5 more if it was a member; hardness spreads by 5. The likelihood ratio reaches
    /// Phi(1.5 / sqrt 2) = .856, one threshold for all Phi(1.5 / sqrt 52) = .582.
    /// </summary>
    static (Evidence Evidence, bool[] Members) Gaussian(int shadows, bool offline)
    {
        const int Samples = 4000;
        var hardness = Normal("hardness", 0, Samples);
        bool[] members = [.. Enumerable.Range(0, Samples).Select(i => i % 2 == 0)];
        return (new(WithOdds(Draw("target", 0, members)), [.. Enumerable.Range(0, shadows).Select(Of)])
        {
            Others = offline ? WithOdds(Draw("others", 0, new bool[Samples])) : null,
        }, members);

        Shadow Of(int k)
        {
            var draws = new PhiloxStream(5, "half", (ulong)(k / 2));
            bool[] seen = [.. Enumerable.Range(0, Samples).Select(_ => !offline && (draws.NextInt(2) == 0) == (k % 2 == 0))];
            return Shadow(Draw("shadow", k, seen), seen);
        }

        double[] Draw(string purpose, int index, bool[] seen) =>
            [.. Normal(purpose, index, Samples).Select((z, i) => z + 5 * hardness[i] + (seen[i] ? 1.5 : 0))];
    }

    [Theory]
    [InlineData(128, false, 0.856, 0.02)]
    [InlineData(64, false, 0.845, 0.02)]
    [InlineData(63, true, 0.853, 0.02)]
    // Four see a sample and four do not: the difference of two medians costs, Phi(1.5 / sqrt(2 (1 + 1 / 8))) at best.
    [InlineData(8, false, 0.82, 0.03)]
    public void The_likelihood_ratio_reaches_what_the_true_densities_allow(int shadows, bool offline, double auc, double tolerance)
    {
        var (evidence, members) = Gaussian(shadows, offline);
        Assert.Equal(auc, Area(new Lira(shadows, offline).Judge(evidence).Values), tolerance);
        Assert.Equal(0.582, Area(new ConfidenceThreshold(confidence: Confidence.TrueLabel).Judge(evidence).Values), 0.02);

        double Area(double[] scores) => new Roc(scores.Where((_, i) => members[i]), scores.Where((_, i) => !members[i])).Auc;
    }

    [Theory, InlineData(1, true), InlineData(2, true), InlineData(2, false), InlineData(8, false)]
    public void The_relative_attack_tells_members_where_one_threshold_hardly_does(int shadows, bool offline)
    {
        var (evidence, members) = Gaussian(shadows, offline);
        var scores = new Rmia(shadows, offline).Judge(evidence).Values;
        Assert.All(scores, s => Assert.InRange(s, 0, 1));
        // One threshold for all reaches .582.
        Assert.True(Area(scores, members) > 0.63, $"{Area(scores, members)}");
        // Labels dealt at random are not told: two standard errors of 2,000 against 2,000 are .018.
        bool[] dealt = [.. new PhiloxStream(9, "dealt").Permutation(members.Length).Select(i => members[i])];
        Assert.Equal(0.5, Area(scores, dealt), 0.02);
    }

    static double Area(double[] scores, bool[] members) => new Roc(scores.Where((_, i) => members[i]),
        scores.Where((_, i) => !members[i])).Auc;

    [Fact]
    public void A_relative_score_is_the_share_of_unseen_samples_whose_ratio_is_smaller()
    {
        // Both networks give .5 to what they have not seen: P = (1.3 * .5 + .7) / 2 = .675, and ratios grow with p alone.
        Shadow[] shadows = [Shadow([0, 0, 0, 0], false, false, false, false)];
        var scores = new Rmia(1).Judge(new(WithOdds([-3, 0.5, 1.5, 9]), shadows) { Others = WithOdds([-1, 0, 1, 2]) }).Values;
        Assert.Equal([0, 2, 3, 4], scores.Select(s => (int)(5 * s)));
    }

    [Fact]
    public void One_shadow_is_enough_for_the_likelihood_ratio_offline_and_two_online()
    {
        var (offline, members) = Gaussian(1, offline: true);
        Assert.True(Area(new Lira(1, offline: true).Judge(offline).Values, members) > 0.7);
        var (online, same) = Gaussian(2, offline: false);
        Assert.True(Area(new Lira(2).Judge(online).Values, same) > 0.7);
    }

    /// <summary>Labels alone: class 1 from brightness .5 on; members lie further from there.</summary>
    [Theory, InlineData(LabelQuery.Noise), InlineData(LabelQuery.Shifts)]
    public void What_keeps_its_label_when_it_is_disturbed_is_taken_for_a_member(LabelQuery query)
    {
        var shape = new ImageShape(1, 4, 4);
        bool[] members = [.. Enumerable.Range(0, 60).Select(i => i % 2 == 0)];
        // A bright left column; its brightness is that of the class, the second column's that of a shift.
        var images = members.SelectMany(m => Enumerable.Range(0, 16).Select(p => p % 4 == 0 ? (m ? 1f : 0.56f) : m ? 0.9f : 0.4f))
            .ToArray();
        var oracle = new LabelOracle(new(images, [.. members.Select(_ => 1)]), shape, Seed: 4, samples =>
            [.. Enumerable.Range(0, samples.Count).Select(i => Enumerable.Range(0, 4).Sum(row => samples.Inputs[i * 16 + row * 4]) > 2
                ? 1 : 0)]);
        var scores = new LabelOnly(query).Judge(new(WithOdds(members.Select(_ => 0.0)), []) { Labels = oracle });
        Assert.True(Area(scores.Values, members) > 0.9);
        Assert.All(scores.Values, s => Assert.InRange(s, 0, 1));
        // With no copies nothing is left but whether the answer is right.
        Assert.All(new LabelOnly(queries: 0).Judge(new(WithOdds(members.Select(_ => 0.0)), []) { Labels = oracle }).Values, s =>
            Assert.Equal(1, s));
    }

    [Fact]
    public void Few_shadows_share_the_variance_within_samples_not_the_spread_between_them()
    {
        // Two samples 100 apart; each is in for two shadows, one on either side of its mean.
        Shadow[] shadows =
        [
            Shadow([6, 98], true, false), Shadow([1, 103], false, true), Shadow([4, 102], true, false), Shadow([-1, 105], false, true),
        ];
        // In: means 5 and 104, variance (2 + 2) / 2; out: means 0 and 100, variance (2 + 8) / 2.
        var scores = new Lira(4).Judge(new(WithOdds([5, 100]), shadows)).Values;
        Assert.Equal(-0.5 * Math.Log(2) + 25 / 10.0 + 0.5 * Math.Log(5), scores[0], 1e-4);
        Assert.Equal(-16 / 4.0 - 0.5 * Math.Log(2) + 0.5 * Math.Log(5), scores[1], 1e-4);
    }

    [Fact]
    public void Shadows_that_agree_to_the_last_bit_give_a_score()
    {
        Shadow[] shadows = [Shadow([3], false), Shadow([3], false)];
        Assert.True(double.IsFinite(new Lira(2, offline: true).Judge(new(WithOdds([4]), shadows)).Values[0]));
    }

    [Theory, InlineData(1), InlineData(5)]
    public void Online_shadows_come_in_pairs(int shadows)
    {
        Assert.Throws<ArgumentException>(() => new Lira(shadows));
        Assert.Throws<ArgumentException>(() => new Rmia(shadows, offline: false));
        Assert.Equal(shadows, new Rmia(shadows).ShadowCount);
        Assert.Equal(shadows, new Lira(shadows, offline: true).ShadowCount);
    }
}
