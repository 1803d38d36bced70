namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>From a machine to its bundle and back, by the programs that people type.</summary>
public sealed class BundleRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bundle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [Requirement("DR-11")]
    [Requirement("DR-14")]
    [InlineData("a100-mig", "")]
    [InlineData("rtx-graphics", "")]
    [InlineData("driver-container-dev", "--driver-root=/run/nvidia/driver")]
    public void The_imported_machine_gets_the_specification_of_the_other(string name, string options)
    {
        string bundle = Path.Combine(_folder, "machine.tar.gz"), description = Path.Combine(_folder, "machine.json");
        string generate = $"PATH=/usr/bin:/bin nvidia-ctk --quiet cdi generate {options}", expected;
        using (var host = SimulatedHost.Start(name))
        {
            CommandResult made = host.Run("nvidia-ctk", "doctor", "--bundle=/tmp/machine.tar.gz", "--keep-uuids").Succeeded();
            Assert.Contains("libraries, by name, size and headers", made.Output, StringComparison.Ordinal);
            File.Copy(host.At("/tmp/machine.tar.gz"), bundle);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(host.At("/tmp/machine.tar.gz")));
            expected = host.Shell(generate).Succeeded().Output;
        }
        Command.Run(Checkout.Simulator(), "import", bundle, description).Succeeded();
        using var again = SimulatedHost.Start(description);
        Assert.Equal(expected, again.Shell(generate).Succeeded().Output);
    }
}
