using System.Security.Cryptography.X509Certificates;

namespace Grid.Contracts.Identity;

/// <summary>Makes proofs, each of which serves many calls.</summary>
/// <param name="own">The certificate with its private key.</param>
/// <param name="cluster">Id of the cluster.</param>
/// <param name="purpose">The purpose to prove: <see cref="Authority.ClientPurpose"/> or <see cref="Authority.ServerPurpose"/>.</param>
public sealed class Proofs(X509Certificate2 own, string cluster, TimeProvider clock, string purpose = Authority.ClientPurpose)
{
    readonly Lock _gate = new();
    string? _proof;
    DateTimeOffset _made;

    /// <summary>A proof that is valid for a while yet.</summary>
    public string Now()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_proof is null || now - _made > Proof.Life / 4) (_proof, _made) = (Proof.Make(own, cluster, now, purpose), now);
            return _proof;
        }
    }
}
