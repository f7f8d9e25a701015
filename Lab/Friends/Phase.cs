namespace Grid.Lab.Friends;

/// <summary>The steps of a FRIENDS trial, in the order in which they are taken.</summary>
public enum Phase
{
    /// <summary>Train from the start on the clean points and the poison points.</summary>
    Attack,

    /// <summary>Add Laplace noise of scale noise_std to both parameters.</summary>
    Perturb,

    /// <summary>Train on, on the clean points alone, by the same noisy rule.</summary>
    Recover,
}
