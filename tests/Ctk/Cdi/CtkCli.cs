namespace GpuContainers.Ctk.Tests.Cdi;

/// <summary>The tools program as the tests were built with it, in a process of its own.</summary>
internal static class CtkCli
{
    /// <summary>Runs a command line.</summary>
    internal static CommandResult Run(params string[] arguments) => Run(arguments, []);

    /// <summary>Runs a command line with an environment, a standard input and a working directory.</summary>
    internal static CommandResult Run(string[] arguments, Dictionary<string, string?> environment, string input = "", string? folder = null) =>
        Command.Run(Path.Combine(AppContext.BaseDirectory, "nvidia-ctk-cli"), arguments, environment, input, folder);
}
