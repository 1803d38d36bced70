using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>A simulated host, and in it the process that runs the cases (native/boundary.c).</summary>
internal sealed class BoundaryHost : IDisposable
{
    private readonly SimulatedHost _host = SimulatedHost.Start("h200x2");
    private readonly Process _runner;

    internal BoundaryHost()
    {
        string program = NativeTool.Program("boundary");
        string machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        Library = Encoding.Latin1.GetString(File.ReadAllBytes(_host.At($"/usr/lib/{machine}-linux-gnu/libcuda.so.570.133.20")));
        _runner = _host.StartPiped(program);
    }

    /// <summary>A library of the simulated driver, a byte in each character.</summary>
    internal string Library { get; }

    /// <summary>Runs a case to its end.</summary>
    /// <param name="given">The case.</param>
    /// <param name="through">What to start its program through.</param>
    internal BoundaryAnswer Run(BoundaryCase given, params IReadOnlyList<string> through)
    {
        Stream input = _runner.StandardInput.BaseStream, output = _runner.StandardOutput.BaseStream;
        input.Write(given.Serialize(through));
        input.Flush();
        Span<byte> length = stackalloc byte[4];
        output.ReadExactly(length);
        byte[] answer = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        output.ReadExactly(answer);
        return BoundaryAnswer.Read(answer);
    }

    public void Dispose()
    {
        _runner.StandardInput.Close();
        _runner.WaitForExit();
        _runner.Dispose();
        _host.Dispose();
    }
}
