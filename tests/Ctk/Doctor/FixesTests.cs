using GpuContainers.Ctk.Doctor;

namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>What <c>--fix</c> runs, and what it leaves alone.</summary>
public sealed class FixesTests : IDisposable
{
    private readonly SimulatedTree _tree = HealthyHost.Make();
    private readonly StringWriter _output = new();

    public void Dispose()
    {
        _tree.Dispose();
        _output.Dispose();
    }

    [Fact]
    [Requirement("DR-6")]
    public void A_safe_command_is_run_after_the_confirmation_and_the_finding_is_gone()
    {
        // The machine's own chmod, reached as a program of the simulated one.
        _tree.Write("/usr/bin/chmod", "#!/bin/sh\nexec chmod \"$@\"\n", (UnixFileMode)0b111_101_101);
        string file = _tree.At("/var/run/cdi/nvidia.yaml");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        IReadOnlyList<IReadOnlyList<string>> commands = Fixes.Commands(Look());
        Assert.Equal(["chmod", "a+r", file], Assert.Single(commands));

        Assert.False(new Fixes(HealthyHost.Examine(_tree), _output).Apply(commands, static () => false));
        Assert.Single(Fixes.Commands(Look()));

        Assert.True(new Fixes(HealthyHost.Examine(_tree), _output).Apply(commands, static () => true), _output.ToString());
        Assert.Empty(Fixes.Commands(Look()));
    }

    [Fact]
    [Requirement("DR-6")]
    public void One_that_fails_keeps_no_other_from_being_run()
    {
        _tree.Write("/usr/bin/fails", "#!/bin/sh\necho no >&2\nexit 3\n", (UnixFileMode)0b111_101_101);
        string made = _tree.At("/made");
        _tree.Write("/usr/bin/makes", $"#!/bin/sh\n: >{made}\n", (UnixFileMode)0b111_101_101);
        Assert.False(new Fixes(HealthyHost.Examine(_tree), _output).Apply([["fails"], ["missing"], ["makes"]], static () => true));
        Assert.True(File.Exists(made));
        Assert.Contains("$ fails\n  failed: exit status 3: no\n$ missing\n  failed: there is no such program\n$ makes\n", _output.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DR-6")]
    public void Only_safe_commands_are_run_and_restarts_come_last_and_once()
    {
        Check check = AllChecks.List[0];
        var examination = new Examination(
        [
            new(check, Finding.Warning("a", Cure.Fix("one").Then("systemctl", "restart", "docker"))),
            new(check, Finding.Error("b", Cure.Type("rm", "-r", "/"))),
            new(check, Finding.Error("c", Cure.Advise("think"))),
            new(check, Finding.Error("d", Cure.Fix("two").Then("systemctl", "restart", "docker"))),
            new(check, Finding.Error("e", Cure.Fix("one"))),
        ], [], []);
        Assert.Equal(["one", "two", "systemctl restart docker"], Fixes.Commands(examination).Select(Cure.Line));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$(x)", "'$(x)'")]
    public void Commands_are_quoted_for_a_shell(string word, string quoted) => Assert.Equal("sudo x " + quoted, Cure.Type("x", word).Text);

    private Examination Look() => Examination.Of(HealthyHost.Examine(_tree), AllChecks.List);
}
