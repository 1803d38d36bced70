namespace GpuContainers.Ctk.Tests.Cdi.Generate;

/// <summary>A simulated host in which `nvidia-ctk cdi generate` of `make build` runs; one for all tests of a class.</summary>
public abstract class GeneratingHost : IDisposable
{
    private readonly SimulatedHost _host;

    private protected GeneratingHost(string name) => _host = SimulatedHost.Start(name);

    public void Dispose()
    {
        _host.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the command with these options.</summary>
    internal CommandResult Generate(params string[] options) => Generate(options, []);

    /// <summary>Runs the command with options and variables.</summary>
    internal CommandResult Generate(string[] options, Dictionary<string, string?> environment) =>
        _host.Run(["nvidia-ctk", "cdi", "generate", .. options], environment);

    /// <summary>The document that the command prints as JSON with these options and variables.</summary>
    internal GeneratedSpec Spec(string[] options, Dictionary<string, string?>? environment = null)
    {
        CommandResult result = _host.Run(["nvidia-ctk", "--quiet", "cdi", "generate", "--format=json", .. options], environment ?? []).Succeeded();
        Assert.Equal("", result.Errors);
        return new GeneratedSpec(result.Output);
    }

    /// <summary>Runs a shell script in the host.</summary>
    internal CommandResult Shell(string script) => _host.Shell(script);

    /// <summary>A path of the host as this process reaches it.</summary>
    internal string At(string path) => _host.At(path);
}

/// <summary>Two H200 without graphics.</summary>
public sealed class ServerHost() : GeneratingHost("h200x2");

/// <summary>One workstation GPU with everything of the graphics driver.</summary>
public sealed class WorkstationHost() : GeneratingHost("rtx-graphics");

/// <summary>The driver and its nodes lie in /run/nvidia/driver.</summary>
public sealed class DriverContainerHost() : GeneratingHost("driver-container-dev");

/// <summary>One coherent GPU beside one that is not.</summary>
public sealed class CoherentHost() : GeneratingHost("gh200");
