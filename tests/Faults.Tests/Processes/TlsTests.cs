using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grid.Contracts;
using Grid.Contracts.Identity;

namespace Grid.Faults.Tests.Processes;

/// <summary>Connections that are encrypted, and who is let in.</summary>
public sealed class TlsTests(PostgresServer server)
{
    [Fact]
    public async Task A_cluster_with_tls_serves_those_who_can_prove_themselves_and_refuses_others_in_one_line()
    {
        Needs.Met("postgresql", server.Missing);
        using var certificates = new Certificates();
        using var stranger = new Certificates();
        var (silo, siloKey) = certificates.Silo();
        var (own, ownKey) = certificates.Sign("client", Authority.ClientPurpose);
        var text = ProcessTests.Sweep.Replace("seeds: 20", "seeds: 2");
        await using var grid = await ProcessGrid.Start(server, silos: 2, new Dictionary<string, string>
        {
            ["Grid__Tls__CertificateFile"] = silo,
            ["Grid__Tls__KeyFile"] = siloKey,
            ["Grid__Tls__AuthorityFile"] = certificates.AuthorityFile,
            ["Grid__Tls__ClientCertificates"] = "true",
        });
        (grid.Client["GRID_TLS_AUTHORITY"], grid.Client["GRID_TLS_CERTIFICATE"], grid.Client["GRID_TLS_KEY"]) =
            (certificates.AuthorityFile, own, ownKey);

        // Silos talk to each other for this.
        await ProcessTests.Finish(grid, await grid.Submit(text), text);

        // Alerts are told when its certificates end.
        var now = (double)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.InRange(await grid.Metric("silo-0", "grid_certificate_expiry_seconds"), 2 * now, 2 * (now + (100 * 366 * 86_400.0)));

        // Where silos meet, a client's certificate opens nothing.
        var let = Meets(silo, siloKey);
        await Meets(own, ownKey);
        Assert.False(let.IsCompleted, "A silo was hung up on.");

        await Task.WhenAll(
            Refused([], "speaks TLS only: name the file with its authority's certificate in GRID_TLS_AUTHORITY"),
            Refused(new() { ["GRID_TLS_AUTHORITY"] = stranger.AuthorityFile }, "did not sign"),
            Refused(new() { ["GRID_TLS_AUTHORITY"] = certificates.AuthorityFile }, "ask clients for a certificate (GRID_TLS_CERTIFICATE)"),
            Refused(new(grid.Client), "does not speak TLS", "--cluster", $"127.0.0.1:{grid.Port("silo-0", "Grid__HttpPort")}"));

        // Ends when it is hung up on; who is let in is waited for.
        async Task Meets(string certificate, string key)
        {
            var authority = Authority.Load(certificates.AuthorityFile);
            using var tcp = new TcpClient("127.0.0.1", int.Parse(grid.Port("silo-0", "Grid__SiloPort"), CultureInfo.InvariantCulture));
            await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false,
                (_, remote, _, _) => authority.VouchesFor(remote as X509Certificate2, Authority.ServerPurpose));
            using var shown = X509Certificate2.CreateFromPemFile(certificate, key);
            try
            {
                // The certificate is looked at after the handshake.
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { ClientCertificates = [shown] });
                while (await tls.ReadAsync(new byte[100]) > 0) { }
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
            }
        }

        async Task Refused(Dictionary<string, string> environment, string says, params string[] more)
        {
            var (code, output) = await grid.GridctlWith(environment, ["list", .. more]);
            Assert.Equal(1, code);
            Assert.Contains(says, output.Split('\n')[^1], StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("client", "not signed by that of AuthorityFile for server authentication")]
    [InlineData("stranger", "not signed by that of AuthorityFile")]
    [InlineData("half", "give CertificateFile, KeyFile and AuthorityFile, or none of them")]
    [InlineData("missing", "Grid:Tls:CertificateFile: ")]
    public async Task A_silo_whose_certificate_is_of_no_use_does_not_start(string what, string says)
    {
        using var certificates = new Certificates();
        using var stranger = new Certificates();
        var (file, key) = what switch
        {
            "client" => certificates.Sign("client", Authority.ClientPurpose),
            "stranger" => stranger.Silo(),
            "missing" => ("/no/such.pem", "/no/such.key"),
            _ => (certificates.Silo().Certificate, ""),
        };
        var folder = Directory.CreateTempSubdirectory("grid-silo-").FullName;
        var (code, output) = await Programs.Run(Programs.PathOf("Silo", "Silo.dll"), folder, new Dictionary<string, string>
        {
            ["Grid__Tls__CertificateFile"] = file,
            ["Grid__Tls__KeyFile"] = key,
            ["Grid__Tls__AuthorityFile"] = certificates.AuthorityFile,
        });
        Directory.Delete(folder, recursive: true);

        Assert.Equal(2, code);
        Assert.Contains(says, Assert.Single(output.Split('\n')), StringComparison.Ordinal);
    }
}
