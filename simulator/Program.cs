using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Nvml;
using GpuContainers.Simulator.Smi;

namespace GpuContainers.Simulator;

/// <summary>gpu-host-simulator: a machine with GPUs, for those that have none.</summary>
public static class Program
{
    /// <summary>What --help prints, of the program and of "run".</summary>
    internal const string Help = """
        gpu-host-simulator: shows a command a machine with NVIDIA GPUs: driver files,
        device nodes, /proc, /sys, NVML. The command sees this machine's own files too;
        whatever it changes is gone when it ends, and no GPU computes anything.

        usage: gpu-host-simulator run [--programs DIR]... [--share DIR]... HOST
                                      [--] [COMMAND [ARGUMENT...]]
               gpu-host-simulator list
               gpu-host-simulator describe HOST
               gpu-host-simulator import BUNDLE.tar.gz [HOST.json]

        HOST is a name that "list" shows, or the path of a description of one's own
        (docs/guide/simulator.md says how to write one), or a support bundle of another
        machine (nvidia-ctk doctor --bundle), of which "import" makes a description.
        Without COMMAND a shell is started. The exit status is that of the command;
        128 and more when a signal ended it.

          --programs DIR   the programs in DIR are in the host's /usr/bin
          --share DIR      what is written in DIR stays (and is read by both sides)
          --version        print the version
          --help           print this text

        Needs root, or in a container its --privileged, because it mounts file systems
        and makes device nodes.

        examples: gpu-host-simulator run h200x2 ls -l /dev /proc/driver/nvidia/gpus
                  gpu-host-simulator run --programs artifacts/bin a100-mig \
                      nvidia-ctk cdi generate
        """;

    /// <summary>Runs the verb and returns the exit status: 0, 1 with one line on standard error, or the command's own.</summary>
    public static int Main(string[] args)
    {
        // The runtime's own streams would put a terminal into another mode.
        using var output = new StreamWriter(new StandardStream(StandardStream.Output)) { AutoFlush = true };
        using var errors = new StreamWriter(new StandardStream(StandardStream.Error)) { AutoFlush = true };
        Console.SetOut(output);
        Console.SetError(errors);
        try
        {
            if (LexicalPath.Base(Environment.ProcessPath ?? "") == SmiProgram.Name)
                return SmiProgram.Run(args, Answers.Read("/proc/self/exe"), Console.Out);
            return Dispatch(args);
        }
        catch (Exception e) when (ToolkitException.IsToldToUsers(e))
        {
            Console.Error.WriteLine("gpu-host-simulator: " + e.Message);
            return 1;
        }
    }

    private static int Dispatch(string[] args)
    {
        switch (args)
        {
            case ["run", .. string[] rest]:
                return RunCommand.Run(rest);
            case [RunCommand.InsideVerb, .. string[] rest] when Environment.ProcessId == 1:
                return RunCommand.Inside(rest);
            case ["list"]:
                foreach (string name in HostDescriptions.Names)
                    Console.Out.WriteLine($"{name,-20} {HostDescriptions.Load(name).About}");
                return 0;
            case ["describe", string host]:
                Console.Out.Write(DescribeCommand.Describe(host));
                return 0;
            case ["import", string bundle]:
                Console.Out.Write(ImportCommand.Run(bundle, ""));
                return 0;
            case ["import", string bundle, string file]:
                Console.Out.Write(ImportCommand.Run(bundle, file));
                return 0;
            case ["--version"]:
                Console.Out.WriteLine("gpu-host-simulator " + typeof(Program).Assembly.GetName().Version?.ToString(3));
                return 0;
            case [] or ["--help"] or ["-h"] or ["help"]:
                Console.Out.WriteLine(Help);
                return 0;
            default:
                throw new ToolkitException($"unknown command line: {string.Join(' ', args)}; see gpu-host-simulator --help");
        }
    }
}
