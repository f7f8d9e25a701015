using System.ComponentModel.DataAnnotations;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Privacy;

/// <summary>Which copies of a sample are asked about beside the sample itself.</summary>
public enum LabelQuery
{
    /// <summary>Copies with normal noise, each more than the one before.</summary>
    Noise,

    /// <summary>Copies moved by up to so many pixels; what comes in from outside is 0.</summary>
    Shifts,
}

/// <summary>
/// Looks at labels alone, for a classifier that gives no probabilities: a member lies further from the border of its class, so that more
/// of its disturbed copies keep their label. With no copies it takes what is answered right for a member.
/// </summary>
/// <param name="query">noise (copies with normal noise of rising standard deviation) or shifts (copies moved by whole pixels).</param>
/// <param name="queries">For noise: copies of each sample.</param>
/// <param name="std">For noise: standard deviation of the last copy's, where pixels are in [0, 1].</param>
/// <param name="shift">For shifts: pixels down and across together at most; 1 asks about four copies, 2 about twelve.</param>
/// <param name="threshold">Share of right answers from which on a sample is taken for a member; AUC and TPR do not depend on it.</param>
/// <remarks>Choquette-Choo et al., "Label-only membership inference attacks", ICML 2021, sections 4 and 5.</remarks>
[Named("label-only"), Cites("choquette2021label"), Strength(StrengthUnit.Switch, 1, Whole = true)]
public sealed class LabelOnly(
    LabelQuery query = LabelQuery.Noise,
    [Range(0, 10_000)] int queries = 50,
    [Range(0, 100, MinimumIsExclusive = true)] double std = 0.5,
    [Range(1, 16)] int shift = 1,
    [Range(0, 1)] double threshold = 0.9) : PrivacyAttack
{
    /// <inheritdoc/>
    public override bool AsksLabels => true;

    /// <inheritdoc/>
    public override MembershipScores Judge(Evidence evidence)
    {
        var asks = evidence.Labels!;
        var moves = Moves();
        var copies = query == LabelQuery.Noise ? queries : moves.Length;
        var right = new int[asks.Samples.Count];
        for (var copy = -1; copy < copies; copy++)
        {
            evidence.Cancellation.ThrowIfCancellationRequested();
            var answers = asks.Answer(copy < 0 ? asks.Samples : new(Disturbed(asks, copy, moves), asks.Samples.Labels));
            for (var i = 0; i < right.Length; i++)
                if (answers[i] == asks.Samples.Labels[i]) right[i]++;
        }

        return new(Array.ConvertAll(right, r => r / (copies + 1.0)), threshold);
    }

    (int Down, int Across)[] Moves() =>
    [
        .. from down in Enumerable.Range(-shift, 2 * shift + 1)
           from across in Enumerable.Range(-shift, 2 * shift + 1)
           where Math.Abs(down) + Math.Abs(across) is var far && far > 0 && far <= shift
           select (down, across),
    ];

    float[] Disturbed(LabelOracle asks, int copy, (int Down, int Across)[] moves)
    {
        var (images, size) = (new float[asks.Samples.Inputs.Length], asks.Shape.Size);
        for (var i = 0; i < asks.Samples.Count; i++)
        {
            var from = asks.Samples.Inputs.AsSpan(i * size, size);
            var to = images.AsSpan(i * size, size);
            if (query == LabelQuery.Shifts)
            {
                Move(from, to, asks.Shape, moves[copy]);
                continue;
            }

            new PhiloxStream(asks.Seed, $"label-only noise {copy}", (ulong)i).FillNormal(to, 0, (float)(std * (copy + 1) / queries));
            for (var k = 0; k < size; k++) to[k] = Math.Clamp(from[k] + to[k], 0, 1);
        }

        return images;
    }

    static void Move(ReadOnlySpan<float> from, Span<float> to, ImageShape shape, (int Down, int Across) by)
    {
        for (var row = 0; row < shape.Channels * shape.Height; row++)
        {
            var source = row % shape.Height - by.Down;
            if ((uint)source >= (uint)shape.Height) continue;
            for (var column = 0; column < shape.Width; column++)
                if ((uint)(column - by.Across) < (uint)shape.Width)
                    to[row * shape.Width + column] = from[(row - row % shape.Height + source) * shape.Width + column - by.Across];
        }
    }
}
