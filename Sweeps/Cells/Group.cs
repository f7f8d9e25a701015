namespace Grid.Sweeps.Cells;

/// <summary>
/// Cells that share everything but strength: what is leased and run as one, so that their work can be shared. Cells are given by their
/// index in the plan, in order of strength.
/// </summary>
/// <param name="Index">The number of the group in the plan, from 0.</param>
/// <param name="Cells">The numbers of its cells in the plan, by rising strength.</param>
public sealed record Group(int Index, IReadOnlyList<int> Cells);
