using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace GpuContainers.Simulator.Nvml;

/// <summary>The state of the library between calls, and what its functions share.</summary>
internal static unsafe partial class Library
{
    // Handles are numbers that only this library understands: kind in the upper half, then GPU and instance.
    private const nint GpuKind = 0x1000_0000, MigKind = 0x2000_0000, GpuInstanceKind = 0x3000_0000, ComputeInstanceKind = 0x4000_0000, KindMask = 0x7000_0000;

    private static Answers? s_answers;
    private static int s_initialized;

    [StructLayout(LayoutKind.Sequential)]
    private struct LibraryAddress
    {
        internal byte* FileName;
        internal nint Base;
        internal byte* SymbolName;
        internal nint SymbolAddress;
    }

    /// <summary>The answers; null until nvmlInit succeeded.</summary>
    internal static Answers? Initialized => Volatile.Read(ref s_initialized) > 0 ? s_answers : null;

    /// <summary>Reads the answers once, whether or not NVML is initialised (dxcore needs no initialisation).</summary>
    internal static Answers Known => s_answers ??= Answers.Read(OwnPath());

    /// <summary>nvmlInit in all its versions.</summary>
    internal static Return Initialize()
    {
        switch (Known.Behaviour)
        {
            case "Fails":
                return Return.Unknown;
            case "Mismatch":
                return Return.LibraryVersionMismatch;
            case "NotLoaded":
                return Return.DriverNotLoaded;
            case "Hangs":
                Thread.Sleep(Timeout.Infinite);
                return Return.Unknown;
            case "Crashes":
                // The .NET runtime has a handler for SIGSEGV; the process is to end by it as a broken native library would end it.
                const int segmentationFault = 11;
                _ = SetSignal(segmentationFault, 0);
                _ = Raise(segmentationFault);
                return Return.Unknown;
        }
        if (Known.Gpus.Count == 0)
            return Return.DriverNotLoaded;
        Interlocked.Increment(ref s_initialized);
        return Return.Success;
    }

    internal static Return Shutdown()
    {
        if (Initialized is null)
            return Return.Uninitialized;
        Interlocked.Decrement(ref s_initialized);
        return Return.Success;
    }

    internal static nint HandleOf(int gpu) => GpuKind + gpu;

    internal static nint HandleOf(int gpu, MigDevice mig) => MigKind + (gpu << 8) + (nint)mig.Index;

    internal static nint InstanceHandle(nint migHandle) => GpuInstanceKind | (migHandle & ~KindMask);

    internal static nint ComputeHandle(nint instanceHandle) => ComputeInstanceKind | (instanceHandle & ~KindMask);

    internal static Gpu? GpuOf(nint handle)
    {
        int index = (int)(handle & ~KindMask);
        return (handle & KindMask) == GpuKind && Initialized is { } a && index < a.Gpus.Count ? a.Gpus[index] : null;
    }

    /// <summary>The MIG device behind its own handle or that of its GPU or compute instance, with the index of its GPU.</summary>
    internal static MigDevice? MigOf(nint handle, out int gpu)
    {
        nint number = handle & ~KindMask;
        gpu = (int)(number >> 8);
        if ((handle & KindMask) is not (MigKind or GpuInstanceKind or ComputeInstanceKind) || Initialized is not { } a || gpu >= a.Gpus.Count)
            return null;
        return a.Gpus[gpu].Mig.Find(m => m.Index == (number & 0xff));
    }

    internal static bool IsMig(nint handle) => (handle & KindMask) == MigKind;

    /// <summary>Writes a text with its final NUL; INSUFFICIENT_SIZE when there is no room.</summary>
    internal static Return Write(string text, byte* buffer, uint length)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text + "\0");
        if (bytes.Length > length)
            return Return.InsufficientSize;
        bytes.CopyTo(new Span<byte>(buffer, (int)length));
        return Return.Success;
    }

    /// <summary>A text that lies in the library for as long as it is loaded.</summary>
    internal static byte* Constant(ReadOnlySpan<byte> text) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(text));

    private static string OwnPath()
    {
        delegate* unmanaged<int> own = &Exports.Init;
        LibraryAddress address;
        if (FindLibrary((nint)own, &address) == 0)
            throw new InvalidOperationException("the dynamic loader does not know this library");
        return Marshal.PtrToStringUTF8((nint)address.FileName)!;
    }

    [LibraryImport("libc", EntryPoint = "dladdr")]
    private static partial int FindLibrary(nint address, LibraryAddress* result);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);
}
