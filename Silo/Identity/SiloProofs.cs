using System.Security.Cryptography.X509Certificates;
using Grid.Contracts;
using Grid.Contracts.Identity;
using Grid.Silo.Configuration;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Identity;

/// <summary>Signs every call that this silo makes, see <see cref="CallerCheck"/>.</summary>
sealed class SiloProofs(IOptions<GridOptions> options, TimeProvider clock) : IOutgoingGrainCallFilter
{
    readonly Proofs _proofs = new(
        X509Certificate2.CreateFromPemFile(options.Value.Tls.CertificateFile!, options.Value.Tls.KeyFile), options.Value.ClusterId, clock,
        Authority.ServerPurpose);

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        Caller.IsSilo(_proofs.Now());
        return context.Invoke();
    }
}
