using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grid.Contracts;
using Grid.Contracts.Identity;
using Grid.Presentation.CommandLine;
using Orleans.Connections.Security;

namespace Grid.Client.Cluster;

/// <summary>How this client recognizes the silos of its cluster, and how it proves who it is where they ask.</summary>
/// <param name="AuthorityFile">File with the authority's certificate, for messages.</param>
/// <param name="Own">This client's certificate with its key; null where silos do not ask for one.</param>
sealed record ClusterTls(string AuthorityFile, Authority Authority, X509Certificate2? Own)
{
    public const string AuthoritySetting = "GRID_TLS_AUTHORITY";

    const string CertificateSetting = "GRID_TLS_CERTIFICATE";

    const string KeySetting = "GRID_TLS_KEY";

    /// <summary>Reads the environment; null where no variable is set, and connections are not encrypted.</summary>
    /// <exception cref="RefusedException">A variable or a file is missing or wrong.</exception>
    public static ClusterTls? FromEnvironment()
    {
        var (authority, certificate, key) = (Set(AuthoritySetting), Set(CertificateSetting), Set(KeySetting));
        if (certificate is null != key is null)
            throw new RefusedException($"{CertificateSetting} and {KeySetting} belong together: set both");
        if (authority is null)
            return certificate is null
                ? null
                : throw new RefusedException($"{CertificateSetting} has no effect without {AuthoritySetting}: set both");
        return new(
            authority, Read(AuthoritySetting, authority, () => Authority.Load(authority)),
            certificate is null ? null : Read(CertificateSetting, certificate, () => X509Certificate2.CreateFromPemFile(certificate, key)));
    }

    public void Apply(TlsOptions tls)
    {
        tls.LocalCertificate = Own;
        tls.ClientCertificateMode = Own is null ? RemoteCertificateMode.NoCertificate : RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (remote, _, _) => IsSilo(remote);
    }

    /// <summary>Makes a TLS handshake with a gateway to find out what is wrong, which Orleans does not say.</summary>
    /// <exception cref="ClusterException">The other side has no certificate that the authority signed for a silo.</exception>
    public async Task Greet(Stream stream, IPEndPoint gateway, CancellationToken ct)
    {
        var known = true;
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    ClientCertificates = Own is null ? null : [Own],
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => known = IsSilo(certificate as X509Certificate2),
                },
                ct);
        }
        catch (AuthenticationException e) when (!known)
        {
            throw new ClusterException(
                $"What answers at {gateway} shows a certificate that {AuthorityFile} ({AuthoritySetting}) did not sign, "
                + "or that has expired. Nothing was sent to it.", e);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            throw new ClusterException(
                $"What answers at {gateway} does not speak TLS: its silo has no Grid:Tls, or this is not its gateway. "
                + $"For a cluster without TLS leave {AuthoritySetting} unset.", e);
        }
    }

    /// <summary>Whether a gateway speaks TLS, with any certificate.</summary>
    public static async Task<bool> IsSpokenAt(IPEndPoint gateway, CancellationToken ct)
    {
        try
        {
            using var socket = new Socket(gateway.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(gateway, ct);
            var met = false;
            await using var tls = new SslStream(new NetworkStream(socket));
            try
            {
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => (met = true) && false }, ct);
            }
            catch (AuthenticationException)
            {
                // The check ends here on purpose, so that nothing is sent.
            }

            return met;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    bool IsSilo(X509Certificate2? certificate) => Authority.VouchesFor(certificate, Authority.ServerPurpose);

    static string? Set(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    static T Read<T>(string setting, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new RefusedException($"{setting} {file}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }
    }
}
